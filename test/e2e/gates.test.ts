import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { StatusDocument } from '../../src/agent/status-document.ts';
import type { ResultDocument } from '../../src/reports/document/result-document.ts';
import { startDatabasus } from '../emulators/databasus.ts';
import { startDragonflyClient } from '../emulators/dragonfly-client.ts';
import { startDragonflyManager } from '../emulators/dragonfly-manager.ts';
import { startDragonflyScheduler } from '../emulators/dragonfly-scheduler.ts';
import type { Endpoint } from '../emulators/emulated-system.ts';
import { type MocoEmulator, startMoco } from '../emulators/moco.ts';
import { parseExposition } from '../exposition-parser.ts';
import { Agent, loadbot, readResult, runWorkload, scratchFile, workloadFile } from './agent.ts';
import { EXISTING_DOCUMENTS } from '../existing-documents.ts';

/** A store that knows when it was first connected to, and asked. */
async function startStore() {
  const store = { url: '', connectedMs: [] as number[], askedMs: [] as number[] };
  const server = createServer((_, response) => {
    store.askedMs.push(performance.now());
    response.end('{}');
  }).listen(0, '127.0.0.1');
  server.on('connection', () => store.connectedMs.push(performance.now()));
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  store.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return store;
}

async function emulate<Emulator extends Endpoint>(start: () => Promise<Emulator>): Promise<Emulator> {
  const emulator = await start();
  onTestFinished(() => emulator.stop());
  return emulator;
}

/** The first reading of a process takes its time. */
function sourceOf({ url }: Endpoint, profile: string) {
  return { name: 'system', url, profile, interval: '300ms', timeout: '290ms' };
}

function readsOf(store: { readonly url: string }, moco: MocoEmulator, job: object, rest: object = {}) {
  return {
    connection_string: store.url,
    sources: [sourceOf(moco, 'moco')],
    schemas: [EXISTING_DOCUMENTS],
    jobs: [{ name: 'reads', type: 'read', collection: 'c', connections: 4, operations: 20, ...job }],
    ...rest,
  };
}

const IDLE = 'moco_agent_dump_backup_in_progress == 0';

function run(workload: unknown, flags: readonly string[] = []) {
  const out = scratchFile('result.json');
  const agent = new Agent(['run', workloadFile(workload), '--out', out, ...flags]);
  return { agent, result: () => readResult(out) };
}

describe('wait_for', () => {
  test('opens no connection until the backup is over, and reports the awaited condition', async () => {
    const [store, moco] = [await startStore(), await emulate(startMoco)];
    moco.begin('dump_backup');
    const { agent, result } = run(readsOf(store, moco, { wait_for: IDLE }));
    const [line] = await agent.sees(/reads: waiting up to .*/);
    expect(line).toBe(
      `reads: waiting up to 5m00s for ${IDLE}: moco_agent_dump_backup_in_progress{cluster_name="orders"} is 1`,
    );
    await sleep(1200);
    expect(store.connectedMs).toEqual([]);
    const endedMs = performance.now();
    moco.end('dump_backup', 60);
    const { status, stdout } = await agent.ended;
    expect(status).toBe(0);
    expect(store.connectedMs[0]).toBeGreaterThan(endedMs);
    expect(store.askedMs).toHaveLength(20);
    expect(store.askedMs[0]).toBeGreaterThan(endedMs);
    const [wait] = result().waits;
    expect(wait).toMatchObject({ job: 'reads', condition: IDLE, timeout_seconds: 300, outcome: 'held' });
    expect(wait?.seconds).toBeGreaterThan(1.2);
    expect(stdout).toMatch(new RegExp(`wait +reads waited \\d+\\.\\d+s for ${IDLE}`));
  });

  test('a timeout ends the run with 99, its report and its metrics', async () => {
    const [store, moco] = [await startStore(), await emulate(startMoco)];
    moco.begin('dump_backup');
    const junit = scratchFile('xml');
    const workload = readsOf(store, moco, { wait_for: { condition: IDLE, timeout: '600ms' } });
    const { status, stdout, stderr, result } = await runWorkload(workload, ['--report', `junit=${junit}`]);
    expect(status).toBe(99);
    const reason = `reads timed out after 600ms waiting for ${IDLE}: moco_agent_dump_backup_in_progress{cluster_name="orders"} is 1`;
    expect(result).toMatchObject({ end: 'aborted', reason, waits: [{ outcome: 'timed_out' }] });
    expect(result.waits[0]?.seconds).toBeGreaterThanOrEqual(0.599);
    expect(result.jobs).toMatchObject([{ name: 'reads', status: 'canceled', started: 0 }]);
    expect(store.connectedMs).toEqual([]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(reason);
    expect(stderr).toContain(`WARN  ${reason}`);
  });

  test('does not start while a source does not respond', async () => {
    const store = await startStore();
    const { status, result } = await runWorkload({
      connection_string: store.url,
      sources: [{ name: 'gone', url: 'http://127.0.0.1:9/metrics', interval: '200ms', timeout: '100ms' }],
      schemas: [EXISTING_DOCUMENTS],
      jobs: [
        { type: 'read', collection: 'c', operations: 1, wait_for: { condition: 'not busy == 1', timeout: '500ms' } },
      ],
    });
    expect(status).toBe(99);
    expect(result.reason).toBe('read timed out after 500ms waiting for not busy == 1: source gone cannot be read');
    expect(store.askedMs).toEqual([]);
  });

  test('each job of a group waits separately, including a sleep', async () => {
    const [store, moco] = [await startStore(), await emulate(startMoco)];
    moco.begin('clone');
    const waiting = { type: 'sleep', duration: '10ms', name: 'nap', wait_for: 'moco_agent_clone_in_progress == 0' };
    const { agent, result } = run({
      ...readsOf(store, moco, {}),
      jobs: [{ parallel: [{ name: 'reads', type: 'read', collection: 'c', operations: 20 }, waiting] }],
    });
    await agent.sees(/reads: completed/);
    expect(store.askedMs).toHaveLength(20);
    moco.end('clone', 5);
    expect((await agent.ended).status).toBe(0);
    expect(result().waits).toMatchObject([{ job: 'nap', outcome: 'held' }]);
  });

  test('a signal ends the wait immediately', async () => {
    const [store, moco] = [await startStore(), await emulate(startMoco)];
    moco.begin('dump_backup');
    const { agent, result } = run(readsOf(store, moco, { wait_for: IDLE }));
    await agent.sees(/reads: waiting up to/);
    agent.child.kill('SIGINT');
    expect((await agent.ended).status).toBe(105);
    expect(result()).toMatchObject({ end: 'stopped', waits: [{ outcome: 'stopped' }], jobs: [{ started: 0 }] });
  });
});

/** An emulated system with a way to make it fail. */
interface Failing {
  readonly system: Endpoint;
  readonly fail: () => void;
}

async function failing<Emulator extends Endpoint>(
  start: () => Promise<Emulator>,
  fail: (emulator: Emulator) => void,
): Promise<Failing> {
  const system = await emulate(start);
  return { system, fail: () => fail(system) };
}

const SYSTEMS: readonly (readonly [profile: string, failures: string, start: () => Promise<Failing>])[] = [
  ['moco', 'moco_agent_dump_backup_failure_count', () => failing(startMoco, (one) => one.fail('dump_backup'))],
  [
    'databasus',
    'databasus_backups_total{status="failed"}',
    () =>
      failing(startDatabasus, (one) => {
        one.begin();
        one.end('failed', 3);
      }),
  ],
  [
    'dragonfly-client',
    'dragonfly_client_download_task_failure_total',
    () =>
      failing(startDragonflyClient, (one) => {
        one.beginDownload();
        one.failDownload();
      }),
  ],
  [
    'dragonfly-manager',
    'dragonfly_manager_search_scheduler_cluster_failure_total',
    () => failing(startDragonflyManager, (one) => one.search(false)),
  ],
  [
    'dragonfly-scheduler',
    'dragonfly_scheduler_register_peer_failure_total',
    () => failing(startDragonflyScheduler, (one) => one.register(false)),
  ],
];

/** Reads with a threshold on the failures of a system. */
function guardedReads(store: { readonly url: string }, source: object, failures: string, job: object) {
  return {
    connection_string: store.url,
    sources: [source],
    schemas: [EXISTING_DOCUMENTS],
    jobs: [{ name: 'reads', type: 'read', collection: 'c', pace: 50, ...job }],
    thresholds: [`increase(${failures}) == 0`],
  };
}

describe.each(SYSTEMS)('a failure reported by %s', (profile, failures, start) => {
  test('ends the run if it happens during the load, not before', async () => {
    const [store, { system, fail }] = [await startStore(), await start()];
    fail();
    const abortWhen = `increase(${failures}[run]) > 0`;
    const job = { duration: '1m', abort_when: abortWhen };
    const { agent, result } = run(guardedReads(store, sourceOf(system, profile), failures, job));
    await agent.sees(/reads: started/);
    await sleep(600);
    expect(agent.child.exitCode).toBeNull();
    fail();
    const { status, stderr } = await agent.ended;
    expect(status).toBe(99);
    const { end, reason, jobs, thresholds } = result();
    expect(end).toBe('aborted');
    expect(reason).toContain(`abort_when ${abortWhen} of reads holds: the increase of ${failures.replace(/\{.*/, '')}`);
    expect(reason).toMatch(/ is 1$/);
    expect(stderr).toContain(`WARN  ${reason}; letting requests in flight finish`);
    expect(jobs[0]?.elapsed_seconds).toBeLessThan(60);
    expect(jobs[0]).toMatchObject({ status: 'canceled', errors: 0 });
    expect(jobs[0]?.ok).toBe(store.askedMs.length);
    expect(thresholds).toMatchObject([{ kind: 'source', ok: false, value: 1, limit: 0 }]);
  });
});

// A counter with labels, and one without: the others have been counted above.
describe.each(SYSTEMS.slice(0, 2))('a failure reported by %s until the end', (profile, failures, start) => {
  test('fails a threshold; no failure passes it', async () => {
    const [store, { system, fail }] = [await startStore(), await start()];
    fail();
    const workload = guardedReads(store, sourceOf(system, profile), failures, { duration: '1s' });
    const passed = await runWorkload(workload);
    expect(passed.status).toBe(0);
    expect(passed.result.thresholds).toMatchObject([{ ok: true, value: 0 }]);
    expect(passed.stdout).toMatch(/✓ sources +increase/);

    const { agent, result } = run(workload);
    await agent.sees(/reads: started/);
    fail();
    fail();
    expect((await agent.ended).status).toBe(99);
    expect(result()).toMatchObject({ end: 'completed', thresholds: [{ ok: false, value: 2 }] });
    expect(result().thresholds[0]?.reason).toMatch(/^it is 2 \(/);
  });
});

describe('thresholds on sources', () => {
  test('of a job cover its load, those of the run the whole run; every series must hold', async () => {
    const [store, moco] = [await startStore(), await emulate(startMoco)];
    moco.begin('dump_backup');
    const thresholds = ['max(moco_agent_dump_backup_in_progress) < 1', 'last(moco_agent_dump_backup_in_progress) == 0'];
    const workload = readsOf(store, moco, {
      wait_for: IDLE,
      operations: undefined,
      pace: 20,
      duration: '1s',
      thresholds,
    });
    const { agent, result } = run({ ...workload, thresholds: [...thresholds, 'avg(moco_agent_nonsense) < 1'] });
    await agent.sees(/reads: waiting up to .* is 1/);
    moco.end('dump_backup', 60);
    expect((await agent.ended).status).toBe(99);
    expect(result().thresholds.map(({ job, ok, value, reason }) => [job, ok, value, reason])).toEqual([
      ['reads', true, 0, null],
      ['reads', true, 0, null],
      [null, false, 1, 'it is 1 (moco_agent_dump_backup_in_progress{cluster_name="orders"})'],
      [null, true, 0, null],
      [null, false, null, 'no such series at source system'],
    ]);
  });

  test('a missing counter is 0 if the profile of its system documents it', async () => {
    const [store, moco] = [await startStore(), await emulate(startMoco)];
    moco.system.remove('moco_agent_dump_backup_failure_count');
    const thresholds = ['increase(moco_agent_dump_backup_failure_count) == 0'];
    const known = await runWorkload(readsOf(store, moco, {}, { thresholds }));
    expect(known).toMatchObject({ status: 0, result: { thresholds: [{ ok: true, value: 0 }] } });
    const sources = [{ ...sourceOf(moco, 'moco'), profile: undefined }];
    const unknown = await runWorkload(readsOf(store, moco, {}, { thresholds, sources }));
    expect(unknown).toMatchObject({ status: 99, result: { thresholds: [{ ok: false, value: null }] } });
  });

  test('abort_on_fail ends the run and has a series meanwhile', async () => {
    const [store, moco] = [await startStore(), await emulate(startMoco)];
    const check = 'increase(moco_agent_clone_failure_count) == 0';
    const thresholds = [{ check, abort_on_fail: true }];
    const workload = readsOf(store, moco, { operations: undefined, pace: 20, duration: '1m' }, { thresholds });
    const { agent, result } = run(workload, ['--metrics_export_port', '0']);
    const [url = ''] = await agent.sees(/http:\/\/127\.0\.0\.1:\d+\/metrics/);
    await agent.sees(/reads: started/);
    const seriesOf = async (): Promise<readonly unknown[]> =>
      parseExposition(await (await fetch(url)).text())
        .filter(({ name }) => name.startsWith('loadbot_threshold_'))
        .flatMap(({ name, samples }) => samples.map(({ labels, value }) => [name, labels['threshold'], value]));
    await expect.poll(seriesOf).toEqual([
      ['loadbot_threshold_ok', check, 1],
      ['loadbot_threshold_limit', check, 0],
      ['loadbot_threshold_value', check, 0],
    ]);
    moco.fail('clone');
    expect((await agent.ended).status).toBe(99);
    expect(result().reason).toBe(
      `threshold ${check} of sources does not hold: it is 1 (moco_agent_clone_failure_count{cluster_name="orders"}), so the run was stopped`,
    );
  });
});

test('abort_when with `for` ignores a short peak and reports how long the condition held', async () => {
  const [store, moco] = [await startStore(), await emulate(startMoco)];
  const condition = 'moco_agent_dump_backup_in_progress == 1';
  const job = { operations: undefined, pace: 20, duration: '1m', abort_when: { condition, for: '1500ms' } };
  const { agent, result } = run(readsOf(store, moco, job));
  await agent.sees(/reads: started/);
  const pattern = new RegExp(`abort_when ${condition} of reads holds; the run ends when it has held for 1.50s`);
  moco.begin('dump_backup');
  await agent.sees(pattern);
  moco.end('dump_backup', 1);
  await sleep(2000);
  expect(agent.child.exitCode).toBeNull();
  moco.begin('dump_backup');
  const { status, stderr } = await agent.ended;
  expect(status).toBe(99);
  expect(result().reason).toMatch(
    new RegExp(`^abort_when ${condition} of reads has held for \\d\\.\\d\\ds: moco_\\S+ is 1$`),
  );
  expect(stderr.match(new RegExp(pattern, 'g'))).toHaveLength(2);
});

describe('a long-running agent', () => {
  async function startAgent() {
    const agent = new Agent(['start-agent', '--port', '0', '--name', 'agent-1']);
    onTestFinished(() => void agent.child.kill('SIGKILL'));
    const [, url = '', uri = ''] = await agent.sees(/control: (http:\/\/(127\.0\.0\.1:\d+))\/status/);
    await agent.sees(/is idle; start a run/);
    const statusOf = async (): Promise<StatusDocument> =>
      (await fetch(`${url}/status`)).json() as Promise<StatusDocument>;
    const idle = (): Promise<void> => expect.poll(async () => (await statusOf()).state).toBe('idle');
    const resultOf = async (): Promise<ResultDocument> =>
      (await fetch(`${url}/result`)).json() as Promise<ResultDocument>;
    return { uri, statusOf, idle, resultOf };
  }

  test('waits, reports it, stops, evaluates and aborts like a single run', async () => {
    const [store, moco, agent] = [await startStore(), await emulate(startMoco), await startAgent()];
    const { uri, statusOf, idle, resultOf } = agent;
    moco.begin('dump_backup');
    const waiting = workloadFile(
      readsOf(store, moco, { wait_for: IDLE }, { thresholds: [`last(${IDLE.split(' ')[0]}) == 0`] }),
    );
    await loadbot(['start', waiting, '-u', uri]);
    await expect
      .poll(async () => (await statusOf()).waits)
      .toMatchObject([{ job: 'reads', condition: IDLE, outcome: 'waiting' }]);
    const listed = await loadbot(['status', '-u', uri]);
    expect(listed.stdout).toMatch(/reads is waiting for moco_agent_dump_backup_in_progress == 0, for [\d.]+m?s: moco_/);
    expect(listed.stdout).toMatch(/thresholds\n {2}FAILS +sources +last\(/);
    await loadbot(['stop', '-u', uri]);
    await idle();
    expect(await resultOf()).toMatchObject({ end: 'stopped', waits: [{ outcome: 'stopped' }] });

    await loadbot(['start', waiting, '-u', uri]);
    await expect.poll(async () => (await statusOf()).waits).toHaveLength(1);
    const endedMs = performance.now();
    moco.end('dump_backup', 60);
    await idle();
    expect(await resultOf()).toMatchObject({
      end: 'completed',
      waits: [{ outcome: 'held' }],
      thresholds: [{ ok: true }],
    });
    expect(store.askedMs[0]).toBeGreaterThan(endedMs);

    const guarded = readsOf(store, moco, {
      operations: undefined,
      pace: 20,
      duration: '1m',
      abort_when: 'increase(moco_agent_dump_backup_failure_count[run]) > 0',
    });
    await loadbot(['start', workloadFile(guarded), '-u', uri]);
    await expect.poll(async () => (await statusOf()).jobs[0]?.requests ?? 0).toBeGreaterThan(3);
    moco.fail('dump_backup');
    await idle();
    expect(await resultOf()).toMatchObject({
      end: 'aborted',
      reason: expect.stringMatching(/^abort_when .* is 1$/) as string,
    });
  });
});

test('validate lists the wait conditions and refuses impossible ones', async () => {
  const store = { url: 'http://127.0.0.1:8080' };
  const moco = { url: 'http://127.0.0.1:8081/metrics' } as MocoEmulator;
  const good = await loadbot([
    'validate',
    workloadFile(
      readsOf(store, moco, {
        wait_for: IDLE,
        abort_when: { condition: 'node_load1 > 8', for: '10s' },
        thresholds: ['p(99) < 1s'],
      }),
    ),
  ]);
  expect(good.stdout.replaceAll(/ {2,}/g, '  ')).toContain(
    `gates\n  reads  waits for  ${IDLE}  5m at most\n  reads  is aborted when  node_load1 > 8  for 10s\nthresholds\n  reads  p(99) < 1s\n`,
  );
  const bad = await loadbot([
    'validate',
    workloadFile(readsOf(store, moco, { wait_for: 'busy = 1' }, { sources: [] })),
  ]);
  expect(bad.status).toBe(104);
  expect(bad.stderr).toContain(
    'jobs[0].wait_for  is not a condition: a comparison is written `==`, not `=` (at character 6: `= 1`)',
  );
  expect(bad.stderr).toContain('jobs[0].wait_for  is a condition on `sources`, but the file has none');
});
