import { describe, expect, test } from 'vitest';
import { Agent, readResult, scratchFile, workloadFile } from './agent.ts';

/** Starts a run against a target that answers after `latency`, and waits until it is under way. */
async function underWay(latency: string, job: Record<string, unknown>) {
  const log = scratchFile('ndjson');
  const target = new Agent(['target', '--port', '0', '--latency', latency, '--access-log', log]);
  const [url = ''] = await target.sees(/http:\/\/127\.0\.0\.1:\d+/);
  const out = scratchFile('json');
  const workload = {
    connection_string: url,
    jobs: [
      { type: 'write', collection: 'c', ...job },
      { type: 'read', collection: 'c' },
    ],
  };
  const agent = new Agent(['run', workloadFile(workload), '--out', out]);
  await agent.sees(/run .* against/);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return { agent, target, out };
}

describe.each(['SIGINT', 'SIGTERM'] as const)('%s', (signal) => {
  test('once: requests under way finish, results are reported, exit 105', async () => {
    const { agent, target, out } = await underWay('300ms', { connections: 4 });
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

  test('once, with requests that take for ever: cut off after the drain time and counted as aborted', async () => {
    const { agent, target, out } = await underWay('60s', { connections: 4, drain: '1s' });
    const before = performance.now();
    agent.child.kill(signal);
    const { status } = await agent.ended;
    target.child.kill();
    expect(status).toBe(105);
    expect(performance.now() - before).toBeGreaterThan(900);
    const [job] = readResult(out).jobs;
    expect([job?.started, job?.aborted, job?.requests]).toEqual([4, 4, 0]);
  });

  test('twice: gone at once, with the results so far', async () => {
    const { agent, target, out } = await underWay('60s', { connections: 4 });
    agent.child.kill(signal);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const before = performance.now();
    agent.child.kill(signal);
    const { status, stdout } = await agent.ended;
    const tookMs = performance.now() - before;
    target.child.kill();
    expect(status).toBe(105);
    // 200 ms are promised; a busy machine gets some grace before this fails.
    expect(tookMs).toBeLessThan(1000);
    const [job] = readResult(out).jobs;
    expect([job?.started, job?.in_flight]).toEqual([4, 4]);
    expect(stdout).toContain('stopped');
  });
});
