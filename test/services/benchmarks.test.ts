import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'jsonc-parser';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { ResultDocument, ResultJob } from '../../src/reports/document/result-document.ts';
import { Agent, readResult, runWorkload, scratchFile, workloadFile } from '../e2e/agent.ts';
import { findBinary } from '../needs.ts';
import { describeWithServices } from './binary.ts';
import { MARIADB, startMariadb } from './mariadb.ts';
import { POSTGRES, type PostgresService, startPostgres } from './postgresql.ts';

const FOLDER = fileURLToPath(new URL('../../workloads', import.meta.url));

/** A shipped workload with another connection string, and other fields of its only job. */
function shipped(file: string, url: string, changes: object): object {
  const workload = parse(readFileSync(join(FOLDER, file), 'utf8')) as { readonly jobs: readonly object[] };
  const { duration: _, ...job } = workload.jobs[0] as { readonly duration: string };
  return { ...workload, connection_string: url, jobs: [{ ...job, timeout: '30s', ...changes }] };
}

/** The row of a job's iterations. */
function iterationsOf({ jobs }: ResultDocument): ResultJob {
  const row = jobs.find(({ type }) => type === 'scenario');
  if (row === undefined) throw new Error('no iterations');
  return row;
}

/** Successful requests by step. */
function okBySteps({ jobs }: ResultDocument): Record<string, number> {
  return Object.fromEntries(jobs.filter(({ type }) => type !== 'scenario').map(({ step, ok }) => [step, ok]));
}

/** Creates the tables of `pgbench` with one branch. */
function initialize({ port }: PostgresService): void {
  const pgbench = findBinary('pgbench', POSTGRES.folder) ?? 'pgbench';
  execFileSync(pgbench, ['-i', '-q', '-s', '1', '-h', '127.0.0.1', '-p', `${port}`, '-U', 'loadbot', 'test'], {
    env: { ...process.env, PGPASSWORD: 'secret' },
    stdio: 'pipe',
  });
}

describeWithServices('the workloads of pgbench', [POSTGRES], () => {
  let server: PostgresService;
  beforeAll(async () => {
    server = await startPostgres();
    initialize(server);
  });
  afterAll(() => server.stop());

  /** Sums of the four tables, and the number of rows in the history. */
  async function balances(): Promise<Record<string, number>> {
    const [row] = await server.ask<Record<string, number>>(`SELECT
      (SELECT sum(abalance)::int FROM pgbench_accounts) AS accounts,
      (SELECT sum(tbalance)::int FROM pgbench_tellers) AS tellers,
      (SELECT sum(bbalance)::int FROM pgbench_branches) AS branches,
      (SELECT coalesce(sum(delta), 0)::int FROM pgbench_history) AS history,
      (SELECT count(*)::int FROM pgbench_history) AS rows`);
    return row ?? {};
  }

  test('tpcb.jsonc changes the tables as the result file counts', async () => {
    await server.ask('TRUNCATE pgbench_history');
    const before = await balances();
    const { status, stderr, result } = await runWorkload(
      shipped('pgbench/tpcb.jsonc', server.url, { operations: 300, connections: 8 }),
      ['--threads', '2'],
    );
    expect(status, stderr).toBe(0);
    expect(iterationsOf(result)).toMatchObject({ ok: 300, errors: 0, aborted: 0 });
    const steps = ['begin', 'account', 'balance', 'teller', 'branch', 'history', 'commit'];
    expect(okBySteps(result)).toEqual({ ...Object.fromEntries(steps.map((step) => [step, 300])), rollback: 0 });
    const after = await balances();
    expect(after['rows']).toBe(300);
    const change = after['history'];
    expect(change).not.toBe(0);
    for (const table of ['accounts', 'tellers', 'branches']) expect(after[table]! - before[table]!).toBe(change);
  });

  test('the balances agree after retries, killed connections and a stop', async () => {
    for (const table of ['accounts SET a', 'tellers SET t', 'branches SET b'])
      await server.ask(`UPDATE pgbench_${table}balance = 0`);
    await server.ask('TRUNCATE pgbench_history');
    const out = scratchFile('result.json');
    const load = shipped('pgbench/tpcb.jsonc', server.url, {
      connections: 8,
      duration: '10m', // ended below
      // All transactions update the same branch, so that most of those at once fail and are repeated.
      transaction: { isolation: 'repeatable read', retries: 100 },
    });
    const agent = new Agent(['run', workloadFile(load), '--out', out, '--threads', '2']);
    onTestFinished(() => void agent.child.kill('SIGKILL'));
    await expect.poll(async () => (await balances())['rows'], { timeout: 240_000 }).toBeGreaterThan(50);
    for (let n = 0; n < 5; n++) {
      await server.ask(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'loadbot-agent' ORDER BY random() LIMIT 3`);
      await delay(100);
    }
    agent.child.kill('SIGINT');
    await agent.ended;
    const result = readResult(out);
    const iterations = iterationsOf(result);
    const open = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'loadbot-agent'";
    await expect.poll(async () => server.ask(open)).toEqual([]);

    const { rows = 0, ...sums } = await balances();
    expect(new Set(Object.values(sums)).size, JSON.stringify(sums)).toBe(1);
    // A commit whose connection was killed or closed may have been stored.
    const commit = result.jobs.find(({ step }) => step === 'commit');
    expect(rows).toBeGreaterThanOrEqual(iterations.ok);
    expect(rows).toBeLessThanOrEqual(iterations.ok + (commit?.errors ?? 0) + (commit?.aborted ?? 0));
    // The conditions of the test occurred.
    const steps = result.jobs.filter(({ type }) => type !== 'scenario');
    const details = steps.reduce((total, { errors_by_detail: counts }) => total + (counts['serialization'] ?? 0), 0);
    expect(details).toBeGreaterThan(0);
    expect(steps.reduce((total, { errors_by_class: counts }) => total + (counts['reset'] ?? 0), 0)).toBeGreaterThan(0);
    expect(okBySteps(result)['rollback']).toBeGreaterThan(0);
    expect(iterations.status).toBe('canceled');
  });

  test.each([
    ['pgbench/simple-update.jsonc', 'scenario'],
    ['pgbench/select-only.jsonc', 'read'],
  ])('%s runs without errors', async (file, type) => {
    const { status, stderr, result } = await runWorkload(shipped(file, server.url, { operations: 200 }));
    expect(status, stderr).toBe(0);
    expect(result.jobs.find((job) => job.type === type)).toMatchObject({ ok: 200, miss: 0, errors: 0 });
  });
});

/** The statements of the file that creates the table of sysbench. */
const INIT = readFileSync(join(FOLDER, 'sysbench/init.sql'), 'utf8')
  .replaceAll(/^--.*$/gm, '')
  .split(';')
  .filter((statement) => statement.trim() !== '');

/** Runs the workload of sysbench on a server whose table the shipped file creates. */
async function expectSysbench(server: { readonly url: string; ask(text: string): Promise<unknown[]> }): Promise<void> {
  for (const statement of INIT) await server.ask(statement);
  const count = async (text: string): Promise<number> => {
    const [row] = (await server.ask(text)) as readonly { readonly n: number | string }[];
    return Number(row?.n);
  };
  expect(await count('SELECT count(*) AS n FROM sbtest1 WHERE id BETWEEN 1 AND 10000')).toBe(10_000);
  const { status, stderr, result } = await runWorkload(
    shipped('sysbench/oltp-read-write.jsonc', server.url, { operations: 100, connections: 4 }),
  );
  expect(status, stderr).toBe(0);
  expect(iterationsOf(result)).toMatchObject({ ok: 100, errors: 0 });
  expect(okBySteps(result)).toMatchObject({ 'point select': 1000, 'order range': 100, insert: 100, commit: 100 });
  expect(await count('SELECT count(*) AS n FROM sbtest1')).toBe(10_000);
  expect(await count("SELECT count(*) AS n FROM sbtest1 WHERE c NOT LIKE '%-'")).toBeGreaterThan(100);
}

describeWithServices('the workload of sysbench on PostgreSQL', [POSTGRES], () => {
  test('runs its transactions, and keeps the number of rows', async () => {
    const server = await startPostgres();
    try {
      await expectSysbench(server);
    } finally {
      await server.stop();
    }
  });
});

describeWithServices('the workload of sysbench on MariaDB', [MARIADB], () => {
  test('runs its transactions, and keeps the number of rows', async () => {
    const server = await startMariadb();
    try {
      await expectSysbench(server);
    } finally {
      await server.stop();
    }
  });
});
