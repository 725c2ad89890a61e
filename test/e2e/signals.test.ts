import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Agent, readResult, scratchFile, workloadFile } from './agent.ts';
import { prioritizeProcesses } from './cpu-priority.ts';

prioritizeProcesses();

/** Within this time of the second signal the process is gone. */
const LEAVE_MS = 200;
/** A busy machine may delay one of them, but not all. */
const TRIES = 6;

/** Starts a run of 4 connections against a target that answers after `latency`, and waits until so many requests have arrived. */
async function underWay(latency: string, arrived: number, job: Record<string, unknown> = {}) {
  const target = new Agent(['target', '--port', '0', '--latency', latency]);
  const [url = ''] = await target.sees(/http:\/\/127\.0\.0\.1:\d+/);
  const out = scratchFile('json');
  const workload = {
    connection_string: url,
    jobs: [
      { type: 'write', collection: 'c', connections: 4, ...job },
      { type: 'read', collection: 'c' },
    ],
  };
  const agent = new Agent(['run', workloadFile(workload), '--out', out]);
  await expect.poll(() => requestsAt(url)).toBeGreaterThanOrEqual(arrived);
  return { agent, target, out };
}

async function requestsAt(target: string): Promise<number> {
  const stats = (await (await fetch(`${target}/_target`)).json()) as { readonly requests: number };
  return stats.requests;
}

/** Sends the signal twice, to a run whose requests never end. */
async function leave(signal: NodeJS.Signals) {
  const { agent, target, out } = await underWay('60s', 4);
  agent.child.kill(signal);
  await agent.sees(/once more to leave at once/);
  const before = performance.now();
  agent.child.kill(signal);
  const { status, stdout } = await agent.ended;
  const tookMs = performance.now() - before;
  target.child.kill();
  expect(status).toBe(105);
  return { tookMs, stdout, result: existsSync(out) ? readResult(out) : undefined };
}

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  test('one signal: requests in flight finish, results are reported, exit status 105', async () => {
    const { agent, target, out } = await underWay('300ms', 12);
    agent.child.kill(signal);
    const { status, stdout } = await agent.ended;
    target.child.kill();
    expect(status).toBe(105);
    const [job, never] = readResult(out).jobs;
    expect(readResult(out).end).toBe('stopped');
    expect(job?.status).toBe('canceled');
    expect(job?.aborted).toBe(0);
    expect(job?.started).toBe(job?.ok);
    expect(job?.ok).toBeGreaterThanOrEqual(12);
    expect(never?.started).toBe(0);
    expect(stdout).toContain('stopped');
  });

  test('one signal: requests that never end are aborted after the drain time', async () => {
    const { agent, target, out } = await underWay('60s', 4, { drain: '1s' });
    const before = performance.now();
    agent.child.kill(signal);
    const { status } = await agent.ended;
    target.child.kill();
    expect(status).toBe(105);
    expect(performance.now() - before).toBeGreaterThan(900);
    const [job] = readResult(out).jobs;
    expect([job?.started, job?.aborted, job?.requests]).toEqual([4, 4, 0]);
  });

  test('two signals: exits immediately, with the results so far', async () => {
    const tries: Awaited<ReturnType<typeof leave>>[] = [];
    const isGood = ({ tookMs, result }: (typeof tries)[number]): boolean => tookMs < LEAVE_MS && result !== undefined;
    while (tries.length < TRIES && !tries.some(isGood)) tries.push(await leave(signal));
    const good = tries.find(isGood);
    expect(good, `after ${tries.map(({ tookMs }) => tookMs.toFixed(0)).join(', ')} ms`).toBeDefined();
    const [job] = good?.result?.jobs ?? [];
    expect([job?.started, job?.in_flight]).toEqual([4, 4]);
    expect(good?.stdout).toContain('stopped');
  });
});
