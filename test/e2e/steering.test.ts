import { describe, expect, onTestFinished, test } from 'vitest';
import type { StatusDocument } from '../../src/agent/status-document.ts';
import { Agent, loadbot, readResult, scratchFile, workloadFile } from './agent.ts';
import { CountingServer } from './counting-server.ts';

/** A run against a server that counts, and the address of its control API. */
async function start(job: object, threads = 2) {
  const server = await CountingServer.start();
  onTestFinished(() => server.stop());
  const out = scratchFile('json');
  const workload = {
    name: 'steered',
    connection_string: `http://${server.host}`,
    threads,
    jobs: [{ name: 'reads', type: 'read', http: { path: '/a' }, connections: 4, ...job }],
  };
  const agent = new Agent(['run', workloadFile(workload), '--out', out, '--port', '0']);
  onTestFinished(() => void agent.child.kill('SIGKILL'));
  const [, uri = ''] = await agent.sees(/control: http:\/\/(127\.0\.0\.1:\d+)\/status/);
  await agent.sees(/reads: started/);
  return { server, agent, uri, out };
}

async function statusOf(uri: string): Promise<StatusDocument> {
  return JSON.parse((await loadbot(['status', '--json', '-u', uri])).stdout) as StatusDocument;
}

/** Waits until the status of a run is as expected. */
async function untilStatus(uri: string, isExpected: (status: StatusDocument) => boolean): Promise<StatusDocument> {
  for (;;) {
    const status = await statusOf(uri);
    if (isExpected(status)) return status;
  }
}

describe('a paused run', () => {
  test('sends nothing, and counts exactly the requests that the target has received', async () => {
    const { server, agent, uri, out } = await start({ pace: 20, duration: '15s' });
    const paused = await loadbot(['pause', '-u', uri]);
    expect(paused).toMatchObject({ status: 0, stderr: '' });
    expect(paused.stdout).toMatch(/^paused run [\w-]+ of steered against http:\/\/127\.0\.0\.1:\d+, agent \S+\n$/);
    // The pause began 10 ms after the command, and all requests in flight have ended.
    const first = await untilStatus(uri, ({ jobs: [job] }) => job?.in_flight === 0);
    expect(first.state).toBe('paused');
    const received = server.received.length;
    const second = await statusOf(uri);
    expect(second.jobs[0]).toMatchObject({ started: received, elapsed_seconds: first.jobs[0]?.elapsed_seconds });
    expect(server.received).toHaveLength(received);
    const text = (await loadbot(['status', '-u', uri])).stdout;
    expect(text).toContain(': paused, ');

    expect((await loadbot(['resume', '-u', uri])).stdout).toMatch(/^resumed run /);
    expect((await agent.ended).status).toBe(0);
    const { jobs, changes } = readResult(out);
    expect(changes).toMatchObject([
      { kind: 'pause', by: 'command', job: null, from: null, to: null },
      { kind: 'resume', by: 'command' },
    ]);
    const [reads] = jobs;
    expect(reads).toMatchObject({ planned: 300, elapsed_seconds: expect.closeTo(15, 0) });
    expect(reads?.paused_seconds).toBeCloseTo((changes[1]?.at_seconds ?? 0) - (changes[0]?.at_seconds ?? 0), 1);
    expect(reads?.started).toBe(server.received.length);
    expect((reads?.started ?? 0) + (reads?.skipped ?? 0)).toBe(300);
  });

  test('does not exist without a run, and wrong flags are refused', async () => {
    const idle = new Agent(['start-agent', '--port', '0']);
    onTestFinished(() => void idle.child.kill('SIGKILL'));
    const [, uri = ''] = await idle.sees(/control: http:\/\/(127\.0\.0\.1:\d+)\/status/);
    const refused = await loadbot(['pause', '-u', uri]);
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toContain('no run is in progress, whose load could be changed');
    const wrong = await loadbot(['stop', '--now', '--drain', '5s']);
    expect(wrong.status).toBe(104);
    expect(wrong.stderr).toContain("option '--drain <duration>' cannot be used with option '--now'");
    expect((await loadbot(['stop', '--drain', '2h'])).status).toBe(104);
  });
});

describe('a changed load', () => {
  test('has exactly the requests of both paces, and is named in the verdict and in a comparison', async () => {
    const { server, agent, uri, out } = await start({ pace: 100, duration: '5s' });
    while (server.received.length < 100) await new Promise((resolve) => setTimeout(resolve, 10));
    const beforeMs = performance.now();
    const answer = await fetch(`http://${uri}/pace`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rate: 400 }),
    });
    const afterMs = performance.now();
    expect(answer.status).toBe(202);
    expect(((await answer.json()) as StatusDocument).changes).toMatchObject([{ kind: 'pace', from: 100, to: 400 }]);
    const ended = await agent.ended;
    const { jobs, changes } = readResult(out);
    const [reads] = jobs;
    expect(changes).toMatchObject([{ kind: 'pace', job: 'reads', from: 100, to: 400, by: 'api' }]);
    expect(reads?.started).toBe(server.received.length);
    expect((reads?.started ?? 0) + (reads?.skipped ?? 0)).toBe(reads?.planned);
    // 100/s until the change, which took effect 10 ms after the request, and 400/s from then on.
    const startMs = server.received[0]?.atMs ?? NaN;
    const expected = (changedMs: number): number => 5 * 400 - ((changedMs - startMs) / 1000) * 300;
    expect(reads?.planned).toBeLessThan(expected(beforeMs) * 1.02);
    expect(reads?.planned).toBeGreaterThan(expected(afterMs + 10) * 0.98);
    expect(reads?.pace).toBeNull();
    expect(ended.stdout).toContain('load changed while it ran: pace of reads changed to 400.0/s');
    expect(ended.stdout).toContain('pace of reads changed from 100.0/s to 400.0/s over the control API');
    const compared = await loadbot(['compare', out, out]);
    expect(compared.stdout).toContain('was changed while it ran: pace of reads changed to 400.0/s');
  });

  test('is that of the commands pace and connections', async () => {
    const { agent, uri, out } = await start({ pace: 50, duration: '10m' });
    const paced = await loadbot(['pace', 'x2', '-u', uri]);
    expect(paced).toMatchObject({ status: 0, stderr: '' });
    expect(paced.stdout).toMatch(/^pace x2 for run /);
    expect((await loadbot(['pace', '3000/m', '--job', 'reads', '-u', uri])).status).toBe(0);
    expect((await loadbot(['connections', '2', '-u', uri])).stdout).toMatch(/^2 connections for run /);
    const few = await loadbot(['connections', '1', '-u', uri]);
    expect(few.status).toBe(104);
    expect(few.stderr).toContain('connections must be a whole number from 2 to 4');
    const wrong = await loadbot(['pace', 'fast', '-u', uri]);
    expect(wrong.status).toBe(104);
    expect(wrong.stderr).toContain('"fast" is not a pace');
    const unknown = await loadbot(['pace', 'x2', '--job', 'nope', '-u', uri]);
    expect(unknown.status).toBe(104);
    expect(unknown.stderr).toContain('job "nope" is unknown');
    await loadbot(['stop', '-u', uri]);
    await agent.ended;
    expect(readResult(out).changes.map(({ kind, from, to }) => [kind, from, to])).toEqual([
      ['pace', 50, 100],
      ['pace', 100, 50],
      ['connections', 4, 2],
    ]);
  });
});

test('stop --now aborts requests in flight, which count as aborted', async () => {
  const { server, agent, uri, out } = await start({ http: { path: '/a' }, pace: 50, duration: '10m', drain: '60s' });
  server.holdAnswers();
  await untilStatus(uri, ({ jobs: [job] }) => job?.in_flight === 4);
  expect((await loadbot(['stop', '-u', uri, '--now'])).stdout).toMatch(/^stopping at once run /);
  expect((await agent.ended).status).toBe(105);
  const [reads] = readResult(out).jobs;
  expect(reads).toMatchObject({ in_flight: 0, aborted: 4, errors: 0 });
  expect(reads?.started).toBe((reads?.ok ?? 0) + 4);
  expect(reads?.started).toBe(server.received.length);
});

test('several agents get a command at once: a line each, and the highest exit status', async () => {
  const [one, two] = await Promise.all([start({ pace: 50, duration: '10m' }, 1), start({ duration: '10m' }, 1)]);
  const both = ['-u', one.uri, '-u', two.uri];
  const paused = await loadbot(['pause', ...both]);
  expect(paused.status).toBe(0);
  expect(paused.stdout.split('\n').map((line) => line.trim().split(/ {2,}/)[0])).toEqual([
    'agent',
    one.uri,
    two.uri,
    '',
  ]);
  const status = await loadbot(['status', ...both]);
  expect(status.stdout).toMatch(new RegExp(`${one.uri} +steered +paused .*\n.*${two.uri} +steered +paused `));
  const json = JSON.parse((await loadbot(['status', '--json', ...both])).stdout) as { status: StatusDocument }[];
  expect(json.map(({ status: { state } }) => state)).toEqual(['paused', 'paused']);

  const progress = new Agent(['progress', ...both, '-i', '100ms']);
  await progress.sees(new RegExp(`${two.uri}  reads: `));
  const stopped = await loadbot(['stop', ...both, '-u', '127.0.0.1:1']);
  expect(stopped.status).toBe(1);
  expect(stopped.stdout).toMatch(/127\.0\.0\.1:1 +error: no agent listens at http:\/\/127\.0\.0\.1:1\n/);
  expect(stopped.stderr).toContain('error: no agent listens at http://127.0.0.1:1');
  expect(await Promise.all([one.agent.ended, two.agent.ended])).toMatchObject([{ status: 105 }, { status: 105 }]);
  expect((await progress.ended).status).toBe(0);
});
