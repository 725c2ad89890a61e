import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { StatusDocument } from '../../src/agent/status-document.ts';
import type { ResultDocument } from '../../src/reports/document/result-document.ts';
import { parseExposition, type ParsedSample } from '../exposition-parser.ts';
import { MKFIFO } from '../needs.ts';
import { testWith } from '../services/binary.ts';
import { Agent, loadbot, scratchFile, workloadFile } from './agent.ts';

const WRITES = {
  name: 'shop',
  connection_string: 'embedded:',
  jobs: [{ name: 'fill', type: 'write', collection: 'c', operations: 40, connections: 2 }],
};
const ENDLESS = { ...WRITES, name: 'endless', jobs: [{ name: 'on and on', type: 'write', collection: 'c', pace: 50 }] };

/** An agent for the rest of the test, once its control API is open. */
async function startAgent(flags: readonly string[] = []) {
  const agent = new Agent(['start-agent', '--port', '0', '--name', 'agent-1', ...flags]);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const [, url = '', uri = ''] = await agent.sees(/control: (http:\/\/(127\.0\.0\.1:\d+))\/status/);
  await agent.sees(/is idle; start a run/);
  return { agent, url, uri };
}

function samplesOf(text: string): readonly ParsedSample[] {
  return parseExposition(text).flatMap(({ samples }) => samples);
}

async function statusOf(url: string): Promise<StatusDocument> {
  return (await (await fetch(`${url}/status`)).json()) as StatusDocument;
}

describe('a long-running agent', () => {
  test('runs submitted workloads one after the other, and shows the last result', async () => {
    const { agent, url, uri } = await startAgent();
    expect(JSON.parse((await loadbot(['status', '--json', '-u', uri])).stdout)).toMatchObject({
      state: 'idle',
      run_id: null,
      agent: 'agent-1',
      last_run: null,
      jobs: [],
    });
    expect((await fetch(`${url}/result`)).status).toBe(404);

    const first = await loadbot(['start', workloadFile(WRITES), '-u', uri, '--follow']);
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/run \S+ of shop: completed, 40 requests, 0 errors, passed \(exit status 0\)\n$/);
    const second = await loadbot(
      ['start', '--stdin', '-u', uri, '--follow'],
      JSON.stringify({ ...WRITES, name: 'again' }),
    );
    expect(second.stdout).toContain('of again: completed, 40 requests');

    const idle = await statusOf(url);
    expect(idle).toMatchObject({
      state: 'idle',
      last_run: { workload: 'again', end: 'completed', requests: 40, errors: 0 },
    });
    const result = (await (await fetch(`${url}/result`)).json()) as ResultDocument;
    expect(result).toMatchObject({ run_id: idle.last_run?.run_id, agent: 'agent-1', jobs: [{ ok: 40, planned: 40 }] });

    agent.child.kill('SIGTERM');
    expect((await agent.ended).status).toBe(0);
  });

  test.each([
    ['whose threshold fails', { thresholds: ['p99 < 1us'] }, 99, 'thresholds_failed'],
    ['that holds', { thresholds: ['error_rate < 50%'] }, 0, 'passed'],
  ])('follows a run %s and exits with its status', async (_, job, status, verdict) => {
    const { agent, url, uri } = await startAgent(['--log-format', 'json']);
    const out = scratchFile('json');
    expect((await loadbot(['result', '-u', uri])).stderr).toContain('no run is over yet');
    // The speed of this machine is not tested here.
    const workload = {
      ...WRITES,
      agent: { allow_invalid: true },
      jobs: WRITES.jobs.map((fill) => ({ ...fill, ...job })),
    };
    const followed = await loadbot(['start', workloadFile(workload), '-u', uri, '--follow']);
    expect(followed.status).toBe(status);
    const words = `${verdict.replace('_', ' ')} (exit status ${status})`;
    expect(followed.stdout).toContain(words);

    const failed = status === 0 ? 0 : 1;
    const idle = await statusOf(url);
    const judged = { verdict, exit_status: status, thresholds: 1, thresholds_failed: failed };
    expect(idle).toMatchObject({ verdict, exit_status: status, last_run: judged });
    expect((await loadbot(['status', '-u', uri])).stdout).toContain(words);

    const records = agent.stderr
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const ends = records.filter(({ message }) => message === 'run ended');
    expect(ends).toHaveLength(1);
    expect(ends[0]).toMatchObject({
      ...judged,
      run_id: idle.last_run?.run_id,
      workload: 'shop',
      end: 'completed',
      valid: expect.any(Boolean) as boolean,
      requests: 40,
      ok: 40,
      errors: 0,
      ...(failed > 0 && { failed_thresholds: 'fill: p99 < 1us' }),
    });

    const html = scratchFile('html');
    expect(await loadbot(['result', '-u', uri, '--html', html, '--out', out])).toMatchObject({
      status: 0,
      stdout: '',
    });
    const result = JSON.parse(readFileSync(out, 'utf8')) as ResultDocument;
    expect(result).toMatchObject({ kind: 'loadbot_result', verdict, exit_status: status });
    expect(result).toEqual(await (await fetch(`${url}/result`)).json());
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>/i);
    const printed = await loadbot(['result', '-u', uri]);
    expect(JSON.parse(printed.stdout)).toEqual(result);
  });

  test('accepts one workload at a time, and only valid ones', async () => {
    const { url, uri } = await startAgent();
    const nothing = await loadbot(['start', '-u', uri]);
    expect(nothing).toMatchObject({ status: 104, stderr: expect.stringContaining('no workload to run') });
    const invalid = await loadbot(['start', '--stdin', '-u', uri], '{"jobs": [{"type": "raed"}]}');
    expect(invalid.status).toBe(104);
    expect(invalid.stderr).toContain('"raed"');
    expect(invalid.stderr).toContain('`connection_string` is missing');

    expect((await loadbot(['start', workloadFile(ENDLESS), '-u', uri])).stdout).toMatch(/^started run \S+ of endless/);
    const busy = await loadbot(['start', workloadFile(WRITES), '-u', uri]);
    expect(busy).toMatchObject({ status: 1, stderr: expect.stringContaining('a run is in progress') });
    expect((await loadbot(['stop', '-u', uri])).stdout).toMatch(/^stopping run \S+ of endless/);
    await expect.poll(async () => (await statusOf(url)).state).toBe('idle');
    expect((await loadbot(['stop', '-u', uri])).stdout).toMatch(/^agent \S+ is idle: there is nothing to stop\n$/);
    expect((await statusOf(url)).last_run).toMatchObject({ workload: 'endless', end: 'stopped' });
  });

  test('without a workload explains how to submit one', async () => {
    const { uri } = await startAgent([]);
    const { status, stderr } = await loadbot(['config', '-u', uri]);
    expect(status).toBe(1);
    expect(stderr).toMatch(/no workload is configured\n +hint: loadbot-agent config FILE gives the agent one\n$/);
  });

  test('runs the file of its start, or one configured later', async () => {
    const { uri } = await startAgent(['-f', workloadFile(WRITES)]);
    expect(JSON.parse((await loadbot(['config', '-u', uri])).stdout)).toEqual(WRITES);
    expect((await loadbot(['start', '-u', uri, '--follow'])).stdout).toContain('of shop: completed, 40 requests');
    const other = workloadFile({ ...WRITES, name: 'other' });
    expect((await loadbot(['config', other, '-u', uri])).stdout).toContain(
      `configured: ${other} is the workload of the agent`,
    );
    expect((await loadbot(['start', '-u', uri, '--follow'])).stdout).toContain('of other: completed, 40 requests');
    expect((await loadbot(['config', '--stdin', '-u', uri], '{}')).status).toBe(104);
    expect(JSON.parse((await loadbot(['config', '-u', uri])).stdout)).toMatchObject({ name: 'other' });
  });

  test('a run that cannot start does not change the agent', async () => {
    const { uri } = await startAgent();
    const impossible = { ...WRITES, jobs: [{ type: 'write', collection: 'c', connections: 99_000, operations: 1 }] };
    const refused = await loadbot(['start', '--stdin', '-u', uri], JSON.stringify(impossible));
    if (refused.status === 104) expect(refused.stderr).toContain('open files');
    expect((await loadbot(['start', workloadFile(WRITES), '-u', uri, '--follow'])).stdout).toContain(
      'completed, 40 requests',
    );
  });

  testWith([MKFIFO], 'refuses devices and pipes as files of a workload, and quotes no file', async () => {
    const { url, uri } = await startAgent(['--allow_files', '/']);
    const [pipe, lines] = [scratchFile('csv'), scratchFile('jsonl')];
    execFileSync('mkfifo', [pipe]);
    writeFileSync(lines, 'root:secret\n');
    const https = { connection_string: 'https://127.0.0.1:9', http: { tls: { ca: '/dev/zero' } } };
    const feeders = [pipe, lines].map((file, index) => ({ name: `f${index}`, file }));
    const { status, stderr } = await loadbot(
      ['start', '--stdin', '-u', uri],
      JSON.stringify({ ...WRITES, ...https, feeders }),
    );
    expect(status).toBe(104);
    expect(stderr).toMatch(/cannot read \/dev\/zero: it is not a regular file/);
    expect(stderr).toMatch(/cannot read \S+\.csv: it is not a regular file/);
    expect(stderr).toMatch(/\.jsonl, line 1 is not JSON\n/);
    expect(stderr).not.toContain('secret');
    expect((await fetch(`${url}/status`)).status).toBe(200);
  });

  test('stops its run on a signal', async () => {
    const { agent, uri } = await startAgent();
    await loadbot(['start', workloadFile(ENDLESS), '-u', uri]);
    agent.child.kill('SIGINT');
    const { status, stdout } = await agent.ended;
    expect(status).toBe(0);
    expect(stdout).toContain('on and on');
  });
});

describe('its metrics', () => {
  test('contain all its runs, each from 0 to its final value', async () => {
    const { agent, uri } = await startAgent(['--metrics_export_port', '0']);
    const [, metrics = ''] = await agent.sees(/metrics: (http:\S+)/);
    for (const name of ['one', 'two', 'three']) {
      await loadbot(['start', '--stdin', '-u', uri, '--follow'], JSON.stringify({ ...WRITES, name }));
    }
    const samples = samplesOf(await (await fetch(metrics)).text());
    const totals = samples.filter(({ name }) => name === 'requests_total');
    expect(totals.map(({ value }) => value)).toEqual([40, 40, 40]);
    expect(new Set(totals.map(({ labels }) => labels['job_uuid'])).size).toBe(3);
    const runs = samples.filter(({ name }) => name === 'loadbot_run_info');
    expect(runs.map(({ labels }) => labels['workload'])).toEqual(['one', 'two', 'three']);
    const completed = samples.filter(({ name, labels }) => name === 'jobs_total' && labels['status'] === 'completed');
    expect(completed.map(({ value }) => value)).toEqual([1, 1, 1]);
  });

  test('are pushed as 0 before a run, and with their final values after it, at any interval', async () => {
    const pushed: Map<string, number>[] = [];
    const receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const samples = samplesOf(Buffer.concat(chunks).toString());
        const totals = samples.filter(({ name }) => name === 'requests_total');
        pushed.push(new Map(totals.map(({ labels, value }) => [labels['job_uuid'] ?? '', value])));
        response.writeHead(204).end();
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    onTestFinished(() => void receiver.close());
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/api/v1/import/prometheus`;
    const file = workloadFile({
      ...WRITES,
      agent: {
        metrics_export_targets: [{ url, gzip: false }],
        metrics_export_interval_seconds: 3600,
      },
    });
    const { agent, uri } = await startAgent(['-f', file, '--log-level', 'debug']);
    await loadbot(['start', '-u', uri, '--follow']);
    await loadbot(['start', '-u', uri, '--follow']);
    await agent.sees(/DEBUG push to http:\S+: \d+ samples, \d+ bytes, \S+, accepted/);
    expect(pushed.map((totals) => Array.from(totals.values()))).toEqual([[], [0], [40], [40, 0], [40, 40]]);
  });

  test('show whether debug logging is on, which can be switched', async () => {
    const { agent, uri } = await startAgent(['--metrics_export_port', '0']);
    const [, metrics = ''] = await agent.sees(/metrics: (http:\S+)/);
    const debug = async (): Promise<number | undefined> =>
      samplesOf(await (await fetch(metrics)).text()).find(({ name }) => name === 'loadbot_debug')?.value;
    expect(await debug()).toBe(0);
    expect((await loadbot(['debug', 'on', '-u', uri])).stdout).toContain('are on');
    expect(await debug()).toBe(1);
    await agent.sees(/DEBUG .*scrape/);
    expect((await loadbot(['debug', 'off', '-u', uri])).stdout).toContain('are off');
    expect((await loadbot(['debug', '-u', uri])).stdout).toContain('are off');
    expect(await debug()).toBe(0);
  });
});

test('an agent writes only to its own outputs', async () => {
  // A log of JSON lines stays one.
  const { agent, uri } = await startAgent(['--log-format', 'json']);
  await loadbot(['start', workloadFile(WRITES), '-u', uri, '--follow']);
  agent.child.kill('SIGINT');
  const { stdout, stderr } = await agent.ended;
  expect(stdout).toBe('');
  for (const line of stderr.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('message');
});
