import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pLimit from 'p-limit';
import { afterAll, expect, test } from 'vitest';
import { Agent, readResult } from '../e2e/agent.ts';
import { type Arrival, KnownTarget } from '../e2e/known-target.ts';

const KILLS = 50;
/** Runs at a time: each waits more than it computes. */
const AT_A_TIME = 6;
const MAX_LOAD_MS = 3000;
const MAX_AGE_MS = 1000;

// In memory where possible: a disk that is busy with other writes is not a property of the agent.
const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'kill-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A run that was killed. */
interface KilledRun {
  readonly collection: string;
  readonly path: string;
  /** Epoch milliseconds, shortly before the kill. */
  readonly killedAt: number;
  /** Milliseconds that the process waited for a processor, from a moment to the kill. */
  readonly waitedSince: (epochMs: number) => number;
}

/**
 * Creates a reader of the milliseconds that the threads of a process have waited for a processor, and that the host took
 * from this machine. On a busy machine, a state is late by their growth at most: at each moment one of the threads was
 * due to save it. Waits of threads that have ended remain.
 */
function createWaitReader(pid: number): () => number {
  const waitedMs = new Map<string, number>();
  return () => {
    for (const id of existsSync(`/proc/${pid}`) ? readdirSync(`/proc/${pid}/task`) : []) {
      try {
        const [, waitedNs] = readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ');
        waitedMs.set(id, Number(waitedNs) / 1e6);
      } catch {
        // The thread has ended.
      }
    }
    const [cpu = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
    const stolenTicks = Number(cpu.split(/\s+/)[8]);
    return [...waitedMs.values()].reduce((sum, ms) => sum + ms, 0) + stolenTicks * 10;
  };
}

/** Starts a run and kills it at a random moment of its load. */
async function killRun(collection: string, { url }: KnownTarget): Promise<KilledRun> {
  const path = join(directory, `${collection}.json`);
  const workload = join(directory, `${collection}-workload.json`);
  const job = { name: 'writes', type: 'write', collection, pace: 100, connections: 4, duration: '1h' };
  writeFileSync(workload, JSON.stringify({ connection_string: url, jobs: [job] }));
  const agent = new Agent(['run', workload, '--out', path]);
  const { pid = 0 } = agent.child;
  const samples: { readonly at: number; readonly waitedMs: number }[] = [];
  const readWaitedMs = createWaitReader(pid);
  // The time is that after the reading: a wait between the two is of the time after the sample.
  const sample = (): void => {
    const waitedMs = readWaitedMs();
    samples.push({ at: Date.now(), waitedMs });
  };
  const sampling = setInterval(sample, 50);
  try {
    await agent.sees(/writes: started/);
    await pause(Math.random() * MAX_LOAD_MS);
  } finally {
    clearInterval(sampling);
  }
  const killedAt = Date.now();
  sample();
  agent.child.kill('SIGKILL');
  await agent.ended;
  const waitedSince = (epochMs: number): number => {
    const before = samples.findLast(({ at }) => at <= epochMs);
    // Before the first sample: the wait is not known.
    if (before === undefined) return Infinity;
    return (samples.at(-1)?.waitedMs ?? 0) - before.waitedMs;
  };
  return { collection, path, killedAt, waitedSince };
}

/** Whether the target answered a request a second before the kill, as the process could know by then. */
function mustBeCounted({ t, ms, status }: Arrival, { killedAt, waitedSince }: KilledRun): boolean {
  return status === 201 && t + ms + MAX_AGE_MS + waitedSince(t + ms) <= killedAt;
}

test.skipIf(!existsSync('/proc/self/schedstat'))(
  `kill -9 at ${KILLS} random moments leaves a whole result, at most a second old`,
  async () => {
    const target = await KnownTarget.start('--latency', '1ms');
    const limit = pLimit(AT_A_TIME);
    const names = Array.from({ length: KILLS }, (_, index) => `run${index}_`);
    const killed = await Promise.all(names.map((name) => limit(() => killRun(name, target))));
    const arrivals = await target.stop();
    let counted = 0;
    for (const run of killed) {
      const { collection, path, killedAt, waitedSince } = run;
      const seen = arrivals.filter((arrival) => arrival.path === `/${collection}`);
      // Parsing fails for a file that is not whole.
      const { partial, end, ended_at: savedAt, jobs, verdict } = readResult(path);
      expect({ partial, end, verdict }).toEqual({ partial: true, end: 'in_progress', verdict: null });
      const waitedMs = waitedSince(Date.parse(savedAt));
      const about = `${collection}: saved ${savedAt}, killed ${new Date(killedAt).toISOString()}, waited ${waitedMs} ms`;
      expect(killedAt - Date.parse(savedAt), about).toBeLessThanOrEqual(MAX_AGE_MS + waitedMs);
      const { requests = 0, ok = 0, errors = 0 } = jobs[0] ?? {};
      expect(ok + errors, about).toBe(requests);
      expect(requests, about).toBeLessThanOrEqual(seen.length);
      expect(requests, about).toBeGreaterThanOrEqual(seen.filter((arrival) => mustBeCounted(arrival, run)).length);
      counted += requests;
    }
    // So that the comparison is not one of zeros.
    expect(counted).toBeGreaterThan(KILLS * 20);
  },
);
