import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'jsonc-parser';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { StatusDocument } from '../../src/agent/status-document.ts';
import { CURL } from '../needs.ts';
import { testWith } from '../services/binary.ts';
import { Agent, loadbot, readResult, scratchFile, workloadFile } from './agent.ts';

const JOBS = [
  { name: 'fill', type: 'write', collection: 'c', operations: 50 },
  { name: 'reads', type: 'read', collection: 'c', connections: 4, pace: 200, duration: '10m' },
];
const WORKLOAD = { name: 'shop', connection_string: 'embedded:', agent: { name: 'agent-1' }, jobs: JOBS };

/** A run that continues until it is stopped, with its second job running. */
async function underWay(workload: unknown = WORKLOAD, flags: readonly string[] = ['--port', '0']) {
  const out = scratchFile('json');
  const agent = new Agent(['run', workloadFile(workload), '--out', out, ...flags]);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const [, url = '', uri = ''] = await agent.sees(/control: (http:\/\/(127\.0\.0\.1:\d+))\/status/);
  await agent.sees(/reads: started/);
  return { agent, url, uri, out };
}

async function ask(url: string, method: string, headers: Record<string, string> = {}) {
  const asked = httpRequest(url, { method, headers, agent: false }).end();
  const [response] = (await once(asked, 'response')) as [AsyncIterable<Buffer> & { statusCode: number }];
  return { status: response.statusCode, body: await text(response) };
}

async function statusOf(uri: string): Promise<StatusDocument> {
  const { status, stdout } = await loadbot(['status', '--json', '-u', uri]);
  expect(status).toBe(0);
  return JSON.parse(stdout) as StatusDocument;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('a run with a control port', () => {
  test('reports its status, stops on request, and has a complete result', async () => {
    const { agent, uri, url, out } = await underWay();
    const first = await statusOf(uri);
    expect(first).toMatchObject({ workload: 'shop', agent: 'agent-1', state: 'running' });
    expect(first.target).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(first.jobs.map(({ name, type, status }) => [name, type, status])).toEqual([
      ['fill', 'write', 'completed'],
      ['reads', 'read', 'in_progress'],
    ]);
    expect(first.jobs[0]).toMatchObject({ ok: 50, errors: 0, limits: { operations: 50 } });
    const second = await statusOf(uri);
    const [before, after] = [first.jobs[1], second.jobs[1]];
    if (before === undefined || after === undefined) throw new Error('there are two jobs');
    expect(second.run_id).toBe(first.run_id);
    expect(after.requests).toBeGreaterThan(before.requests);
    expect(after.limits).toEqual({ duration_seconds: 600, operations: null });
    // Counts are read a moment after the clock, but no more than the pace allows can be in them.
    expect(after.started).toBeLessThan(after.elapsed_seconds * 200 + 40);
    expect(after.response_time?.percentiles_seconds.p99).toBeGreaterThan(0);

    const { status, stdout } = await loadbot(['status', '-u', uri]);
    expect(status).toBe(0);
    expect(stdout).toContain(`run ${first.run_id} of shop against ${first.target}, agent agent-1: running`);
    expect(stdout).toMatch(/\n {2}reads +read +in_progress +\d% /);

    const stopped = await ask(`${url}/stop`, 'POST', { 'content-type': 'application/json' });
    expect(stopped.status).toBe(202);
    expect(JSON.parse(stopped.body)).toMatchObject({ run_id: first.run_id, state: 'stopping' });
    const ended = await agent.ended;
    expect(ended.status).toBe(105);
    expect(ended.stderr).toContain('control: asked to stop');
    const result = readResult(out);
    expect(result).toMatchObject({ end: 'stopped', run_id: first.run_id });
    const [fill, reads] = result.jobs;
    expect(fill).toMatchObject({ status: 'completed', ok: 50 });
    expect(reads).toMatchObject({ status: 'canceled', in_flight: 0, uuid: after.uuid });
    expect(reads?.requests).toBeGreaterThanOrEqual(after.requests);
    if (reads === undefined) throw new Error('there are two jobs');
    expect(reads.started + reads.skipped).toBe(reads.planned);
    expect(reads.ok + reads.miss + reads.errors + reads.aborted).toBe(reads.started);
    await expect(ask(`${url}/status`, 'GET')).rejects.toThrow('ECONNREFUSED');
  });

  test('supports the commands stop and progress', async () => {
    const { agent, uri, out } = await underWay();
    const progress = new Agent(['progress', '-u', uri]);
    await progress.sees(/(reads: \d+% \(\S+ \/ \S+\), [\d,]+ requests, [\d.]+\/s, p50 \S+, p99 \S+, 0 errors\n){3}/);
    const stop = await loadbot(['stop', '--agent-uri', uri]);
    expect(stop.status).toBe(0);
    expect(stop.stdout).toMatch(/^stopping run [\w-]+ of shop against http:\/\/127\.0\.0\.1:\d+, agent agent-1\n$/);
    expect((await agent.ended).status).toBe(105);
    expect(readResult(out).end).toBe('stopped');
    const { status, stdout } = await progress.ended;
    expect(status).toBe(0);
    expect(stdout).toMatch(/^run [\w-]+ of shop against/);
    expect(stdout).toMatch(/\nthe run is over; its summary is where it was started\n$/);
  });

  test('refuses requests that web pages can send', async () => {
    const { agent, url } = await underWay();
    const json = { 'content-type': 'application/json' };
    expect((await ask(`${url}/status`, 'GET', { host: 'evil.example' })).status).toBe(403);
    expect((await ask(`${url}/stop`, 'POST', { ...json, host: 'evil.example' })).status).toBe(403);
    expect((await ask(`${url}/stop`, 'POST')).status).toBe(415);
    expect((await ask(`${url}/stop`, 'POST', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await ask(`${url}/stop`, 'GET')).status).toBe(405);
    expect((await ask(`${url}/metrics`, 'GET')).status).toBe(404);
    const { body } = await ask(`${url}/status`, 'GET');
    expect((JSON.parse(body) as StatusDocument).state).toBe('running');
    agent.child.kill('SIGTERM');
    expect((await agent.ended).status).toBe(105);
  });

  test('reads a port as text from a file of the original loadbot; flags override it', async () => {
    const port = await freePort();
    const workload = { ...WORKLOAD, agent: { name: '186.12.9.19', port: String(port) } };
    const { agent, uri } = await underWay(workload, []);
    expect(uri).toBe(`127.0.0.1:${port}`);
    expect((await statusOf(uri)).agent).toBe('186.12.9.19');

    const second = await loadbot(['run', workloadFile(workload)]);
    expect(second.status).toBe(104);
    expect(second.stderr).toContain(`cannot listen on 127.0.0.1:${port}: address already in use`);
    expect(second.stderr).toContain('-p/--port');
    expect(second.stderr).not.toMatch(/\n\s+at /);
    const elsewhere = await underWay(workload, ['-p', '0']);
    expect(elsewhere.uri).not.toBe(uri);
    for (const one of [agent, elsewhere.agent]) one.child.kill('SIGTERM');
    expect([(await agent.ended).status, (await elsewhere.agent.ended).status]).toEqual([105, 105]);
  });

  test('can be stopped before its first request, while it waits for a receiver', async () => {
    let isAwake = false;
    const receiver = createServer((_, response) => isAwake && response.writeHead(204).end()).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    onTestFinished(() => {
      receiver.closeAllConnections();
      receiver.close();
    });
    const { port } = receiver.address() as AddressInfo;
    const pushed = ['--metrics_export_url', `http://127.0.0.1:${port}`, '--metrics_export_interval_seconds', '1'];
    const stopEarly = async (): Promise<readonly number[]> => {
      isAwake = false;
      const out = scratchFile('json');
      const agent = new Agent(['run', workloadFile(WORKLOAD), '--out', out, '--port', '0', ...pushed]);
      const [, uri = ''] = await agent.sees(/control: http:\/\/(127\.0\.0\.1:\d+)/);
      // Asked directly: the load waits for the receiver for no more than 2 s.
      const { body } = await ask(`http://${uri}/status`, 'GET');
      expect((await ask(`http://${uri}/stop`, 'POST', { 'content-type': 'application/json' })).status).toBe(202);
      isAwake = true;
      expect((await agent.ended).status).toBe(105);
      const started = readResult(out).jobs.map((job) => job.started);
      if (started.every((requests) => requests === 0))
        expect(JSON.parse(body)).toMatchObject({ state: 'running', jobs: [{ started: 0 }, { started: 0 }] });
      return started;
    };
    // On a busy machine, the load may start before the stop arrives.
    let started = await stopEarly();
    for (let times = 1; times < 5 && started.some((requests) => requests > 0); times++) started = await stopEarly();
    expect(started).toEqual([0, 0]);
  });
});

test('opens no port unless configured', async () => {
  const { status, stderr } = await loadbot(['run', workloadFile({ ...WORKLOAD, jobs: JOBS.slice(0, 1) })]);
  expect(status).toBe(0);
  expect(stderr).not.toContain('control:');
});

describe('with no agent at the address', () => {
  test.each(['status', 'progress', 'stop'])('%s', async (command) => {
    const port = await freePort();
    const { status, stdout, stderr } = await loadbot([command, '-u', `127.0.0.1:${port}`]);
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      `error: no agent listens at http://127.0.0.1:${port}\n` +
        `  hint: start one with start-agent or run --port ${port}, or set its address with -u/--agent-uri HOST:PORT\n`,
    );
  });

  test.each([
    [['status', '-u', 'nowhere'], /--agent-uri must be HOST:PORT, not "nowhere"/],
    [['run', 'a.json', '--port'], /--port <port>' argument missing/],
    [['stop', '--nwo'], /unknown option '--nwo'/],
  ])('%j', async (args, message) => {
    const { status, stderr } = await loadbot(args);
    expect(status).toBe(104);
    expect(stderr).toMatch(message);
  });

  test.each(['status', 'progress', 'stop'])('%s --help has examples', async (command) => {
    const { status, stdout } = await loadbot([command, '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('127.0.0.1:1234');
    expect(stdout).toContain(`Examples:\n  loadbot-agent ${command}\n`);
  });
});

describe('docs/control.md', () => {
  const page = readFileSync(new URL('../../docs/control.md', import.meta.url), 'utf8');
  const blocks = (language: string): string[] =>
    [...page.matchAll(/^```([\w-]*)\n([\s\S]*?)^```$/gm)].flatMap(([, found, block = '']) =>
      found === language ? block : [],
    );

  /** The run of the page, on a free port. */
  async function startExample() {
    const [workload = ''] = blocks('jsonc');
    const parsed = parse(workload, [], { allowTrailingComma: true }) as { agent: { name: string; port: string } };
    const port = String(await freePort());
    const agent = { ...parsed.agent, port };
    return { port, ...(await underWay({ ...parsed, name: 'checkout', agent }, [])) };
  }

  test('a status has the fields that are shown', async () => {
    const { uri } = await startExample();
    const status = await statusOf(uri);
    const [example = ''] = blocks('json');
    const shown = JSON.parse(example) as StatusDocument;
    // A busy machine adds findings.
    const validity = { ...status.validity, findings: [] };
    expect(shapeOf({ ...shown, jobs: [] })).toEqual(shapeOf({ ...status, validity, jobs: [] }));
    expect(shapeOf(shown.jobs[0])).toEqual(shapeOf(status.jobs[1]));
  });

  test('a long-running agent starts and runs a submitted workload as shown', async () => {
    const [started = '', sent = ''] = blocks('shell-session');
    const [command = '', ...log] = started.trimEnd().split('\n');
    const flags = command
      .replace(/^\$ loadbot-agent /, '')
      .replace('9095', '0')
      .split(' ');
    const agent = new Agent([...flags, '--port', '0']);
    onTestFinished(() => void agent.child.kill('SIGKILL'));
    const [, uri = ''] = await agent.sees(/control: http:\/\/(127\.0\.0\.1:\d+)/);
    await agent.sees(/is idle; start a run/);
    expect(agent.stderr.trimEnd().split('\n').map(withoutNumbers)).toEqual(log.map(withoutNumbers));

    const [workload = ''] = blocks('jsonc');
    const { jobs } = parse(workload, [], { allowTrailingComma: true }) as { jobs: object[] };
    const short = jobs.map((job) => ('duration' in job ? Object.assign(job, { duration: '2s' }) : job));
    const file = workloadFile({ name: 'checkout', connection_string: 'embedded:', jobs: short });
    const { stdout } = await loadbot(['start', file, '--follow', '-u', uri]);
    const [, first = '', line = '', , last = ''] = sent.trimEnd().split('\n').map(withoutNumbers);
    const printed = stdout.trimEnd().split('\n').map(withoutNumbers);
    // A busy machine can make the run invalid.
    const end = printed.at(-1)?.replace('not to be trusted, invalid', 'passed');
    expect([printed[0], end]).toEqual([first, last]);
    expect(printed).toContain(line);
  });

  const commands = blocks('console').flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((shown) => {
        const [command = '', ...output] = shown.trimEnd().split('\n');
        return { command, output };
      }),
  );

  test('shows every command but progress', () => {
    expect(commands).toHaveLength(5);
  });

  for (const { command, output } of commands) {
    testWith(command.includes('curl') ? [CURL] : [], command, () => checkCommand(command, output));
  }

  async function checkCommand(command: string, output: readonly string[]): Promise<void> {
    const { port } = await startExample();
    // Without an address the commands ask port 1234, which a test cannot count on.
    const addressed = command.endsWith('loadbot-agent status') ? `${command} -u 127.0.0.1:1234` : command;
    const printed = await shell(addressed.replaceAll('1234', port));
    // Findings about the load generator appear on a busy machine.
    const lines = printed
      .trimEnd()
      .split('\n')
      .filter((line) => !/^(note|INVALID): /.test(line));
    if (output.length > 0) expect(lines.map(withoutNumbers)).toEqual(output.map(withoutNumbers));
    else if (command.includes('/events'))
      expect(printed).toMatch(/^event: run\ndata: \{"run_id":"[\w-]+","workload":"checkout"/);
    else expect(JSON.parse(printed)).toMatchObject({ kind: 'loadbot_status', workload: 'checkout' });
  }
});

/** The names and types of everything in it. */
function shapeOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]));
}

/** A line with what differs from run to run taken out. */
function withoutNumbers(line: string): string {
  return line
    .replaceAll(/[\da-f]{8}-[\da-f-]{27}/g, 'UUID')
    .replaceAll(/[\d.,]*\d(µs|ms|s|%|\/s)?/g, '#')
    .replaceAll(/ +/g, ' ');
}

/** Runs a command line as it stands, with `loadbot-agent` installed. */
async function shell(command: string): Promise<string> {
  const bin = `${scratchFile('bin')}/loadbot-agent`;
  mkdirSync(dirname(bin), { recursive: true });
  const script = fileURLToPath(new URL('../../bin/loadbot-agent.js', import.meta.url));
  writeFileSync(bin, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`);
  chmodSync(bin, 0o755);
  const env = { ...process.env, PATH: `${dirname(bin)}${delimiter}${process.env['PATH']}` };
  return (await promisify(execFile)('sh', ['-c', command], { env })).stdout;
}
