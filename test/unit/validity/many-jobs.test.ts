import { expect, test } from 'vitest';
import type { JobSnapshot, JobStatus, Snapshot } from '../../../src/recorder/snapshot.ts';
import { LATE_LIMITS_MS } from '../../../src/validity/event-loop-monitor.ts';
import { ValidityWatch } from '../../../src/validity/watch.ts';
import { buildJob, buildSnapshot } from '../../snapshot-builder.ts';

const JOBS = 10_000;
const SECONDS = 6;

/** Runs a watch for some seconds over jobs in these states, and counts how often the identity of a job is read. */
function readsOfIdentity(statusOf: (index: number) => JobStatus): { readonly reads: number; readonly live: number } {
  let reads = 0;
  let seconds = 0;
  const shapes = new Map<JobStatus, JobSnapshot>();
  const jobs = Array.from({ length: JOBS }, (_, index) => {
    const status = statusOf(index);
    const shape = shapes.get(status) ?? buildJob({ name: 'reads', status, paced: true });
    shapes.set(status, shape);
    const uuid = (): string => {
      reads++;
      return `job ${index}`;
    };
    return Object.defineProperty({ ...shape }, 'uuid', { get: uuid });
  });
  const watch = new ValidityWatch(() => ({
    atMs: seconds * 1000,
    machine: { cpu: undefined, throttling: [] },
    clocks: { cpuMs: 0, wallMs: seconds * 1000, uptimeMs: seconds * 1000 },
    files: undefined,
    threads: [
      {
        pulse: { threadId: 1, blockedMs: 0, longestMs: 0, sleptMs: 0, lateMs: LATE_LIMITS_MS.map(() => 0) },
        loop: { idle: 0, active: 0 },
        cpuWaitMs: undefined,
      },
    ],
  }));
  const snapshot: Snapshot = { ...buildSnapshot([], 0), jobs };
  for (; seconds < SECONDS; seconds++) watch.update(snapshot);
  return { reads, live: watch.newest?.jobs.length ?? NaN };
}

test.each<[string, number, (index: number) => JobStatus]>([
  ['one after the other', 1, (index) => (index < 5000 ? 'completed' : index === 5000 ? 'in_progress' : 'pending')],
  ['all at once', JOBS, () => 'in_progress'],
])('10,000 jobs %s cost a watched second no more than some reads of each', (_, live, statusOf) => {
  const watched = readsOfIdentity(statusOf);
  expect(watched.live).toBe(live);
  expect(watched.reads).toBeLessThan(JOBS * SECONDS * 15);
});
