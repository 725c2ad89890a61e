import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExposedJobs, retentionMs } from '../../../src/metrics/exposed-jobs.ts';
import type { JobSnapshot, Snapshot } from '../../../src/recorder/snapshot.ts';
import { buildJob } from '../../snapshot-builder.ts';

const NOW = 1_800_000_000_000;
const template = buildJob({ name: 'job' });

type Status = 'pending' | 'in_progress' | 'completed' | 'canceled';

function job(uuid: string, status: Status, endedAgoMs = 1000): JobSnapshot {
  const ended = status === 'completed' || status === 'canceled';
  return {
    ...template,
    uuid,
    status,
    opened: status === 'in_progress' || status === 'completed',
    endedEpochMs: ended ? NOW - endedAgoMs : undefined,
  };
}

function run(runId: string, jobs: readonly JobSnapshot[], endedAgoMs?: number): Snapshot {
  const endedMs = endedAgoMs === undefined ? undefined : NOW - endedAgoMs;
  return { epochMs: NOW, agent: 'a', runId, workload: 'w', endedMs, jobs };
}

function many(count: number, make: (index: number) => JobSnapshot): JobSnapshot[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const uuidsIn = (runs: readonly Snapshot[]): string[] => runs.flatMap(({ jobs }) => jobs.map(({ uuid }) => uuid));

describe('exposureMs', () => {
  it.each([
    [0, 60_000],
    [10_000, 60_000],
    [30_000, 60_000],
    [45_000, 90_000],
  ])('of an interval of %d ms is %d ms', (intervalMs, ms) => {
    expect(retentionMs(intervalMs)).toBe(ms);
  });
});

describe('ExposedJobs', () => {
  it('shows a short list completely', () => {
    const exposed = new ExposedJobs(60_000);
    const runs = [run('1', [job('a', 'completed'), job('b', 'in_progress'), job('c', 'pending')])];
    expect(exposed.select(runs, NOW)).toEqual({ shown: runs, expired: [] });
    expect(exposed.evicted).toBe(0);
  });

  it('keeps ended jobs of a running run', () => {
    const exposed = new ExposedJobs(60_000);
    const runs = [run('1', [job('a', 'completed', 86_400_000), job('b', 'in_progress')])];
    expect(uuidsIn(exposed.select(runs, NOW).shown)).toEqual(['a', 'b']);
  });

  it('retires the jobs of a run some time after its end, and reports it once', () => {
    const exposed = new ExposedJobs(60_000);
    const old = run('1', [job('a', 'completed', 90_000), job('b', 'completed', 61_000)], 60_500);
    const fresh = run('2', [job('c', 'completed', 90_000)], 60_000);
    expect(exposed.hasRunExpired('1')).toBe(false);
    const first = exposed.select([old, fresh], NOW);
    expect(uuidsIn(first.shown)).toEqual(['c']);
    expect(first.shown.map(({ runId }) => runId)).toEqual(['2']);
    expect(uuidsIn(first.expired)).toEqual(['a', 'b']);
    expect([exposed.hasRunExpired('1'), exposed.hasRunExpired('2')]).toEqual([true, false]);
    expect(exposed.select([old, fresh], NOW).expired).toEqual([]);
    expect(exposed.evicted).toBe(0);
  });

  it('shows the next 100 pending jobs', () => {
    const exposed = new ExposedJobs(60_000);
    const jobs = [job('now', 'in_progress'), ...many(250, (index) => job(`p${index}`, 'pending'))];
    const shown = uuidsIn(exposed.select([run('1', jobs)], NOW).shown);
    expect(shown.length).toBe(101);
    expect(shown.at(-1)).toBe('p99');
    // They move up as their turn comes nearer.
    const later = [job('now', 'completed'), job('p0', 'in_progress'), ...jobs.slice(2)];
    expect(uuidsIn(exposed.select([run('1', later)], NOW).shown).at(-1)).toBe('p100');
  });

  it('shows at most 200 ended jobs, evicts the oldest, and counts them', () => {
    const exposed = new ExposedJobs(60_000);
    const jobs = many(230, (index) => job(`e${index}`, 'completed', 1_000_000 - index));
    const first = exposed.select([run('1', jobs)], NOW);
    expect(uuidsIn(first.shown)).toEqual(
      many(200, (index) => job(`e${index + 30}`, 'completed')).map(({ uuid }) => uuid),
    );
    expect(uuidsIn(first.expired).length).toBe(30);
    expect(exposed.evicted).toBe(30);
    // Who has left stays away, and is not counted again.
    expect(exposed.select([run('1', jobs.slice(0, 210))], NOW).expired).toEqual([]);
    expect(uuidsIn(exposed.select([run('1', jobs.slice(0, 210))], NOW).shown).length).toBe(180);
    expect(exposed.evicted).toBe(30);
  });

  it('evicts jobs that never started first', () => {
    const exposed = new ExposedJobs(60_000);
    const ran = many(150, (index) => job(`r${index}`, 'completed', 500_000));
    const canceled = many(1000, (index) => job(`c${index}`, 'canceled', 10));
    const shown = uuidsIn(exposed.select([run('1', [...ran, ...canceled])], NOW).shown);
    expect(shown.filter((uuid) => uuid.startsWith('r')).length).toBe(150);
    expect(shown.length).toBe(200);
  });

  it('treats the parts of a mixed job as one', () => {
    const exposed = new ExposedJobs(60_000);
    const jobs = many(210, (index) => job(`e${index}`, 'completed', 1_000_000 - index)).flatMap((one) => [
      one,
      { ...one, type: 'update' as const },
    ]);
    expect(uuidsIn(exposed.select([run('1', jobs)], NOW).shown).length).toBe(400);
    expect(exposed.evicted).toBe(10);
  });

  it('is bounded, never hides running jobs, and reports each hidden job exactly once', () => {
    const statuses = fc.array(fc.constantFrom<Status>('pending', 'in_progress', 'completed', 'canceled'), {
      maxLength: 700,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(statuses, fc.boolean()), { maxLength: 4 }), (sketches) => {
        const exposed = new ExposedJobs(60_000);
        const runs = sketches.map(([list, over], index) =>
          run(
            String(index),
            list.map((status, at) =>
              job(`${index}/${at}`, over && status !== 'canceled' ? 'completed' : status, 70_000 - at),
            ),
            over ? 65_000 : undefined,
          ),
        );
        const { shown, expired } = exposed.select(runs, NOW);
        const all = runs.flatMap(({ jobs }) => jobs);
        const seen = new Set(uuidsIn(shown));
        for (const one of all.filter(({ status }) => status === 'in_progress')) expect(seen.has(one.uuid)).toBe(true);
        const running = all.filter(({ status }) => status === 'in_progress').length;
        expect(seen.size).toBeLessThanOrEqual(running + 300);
        const hidden = all.filter(({ uuid, endedEpochMs }) => endedEpochMs !== undefined && !seen.has(uuid));
        expect(uuidsIn(expired).toSorted()).toEqual(hidden.map(({ uuid }) => uuid).toSorted());
      }),
      { numRuns: 30 },
    );
  });
});
