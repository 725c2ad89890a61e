import { formatCount, formatCountOf, formatMs, formatShare } from '../../core/units.ts';
import { jobKey, type JobSnapshot, percentileOf } from '../../recorder/snapshot.ts';
import type { Sighting } from '../finding.ts';
import type { JobWindow, Window } from '../window.ts';
import { isSaturated } from './load.ts';

/** So many seconds after each other the queue must have grown. A target that stops and goes on leaves one that shrinks. */
const GROWING = 3;
const LEAST_LAG_SECONDS = 0.25;

const HINT_OURS =
  'use more `threads`, or ask for a lower pace: `loadbot-agent calibrate` tells what this machine can do';
const HINT_TARGETS =
  'the target is too slow for this rate, or there are too few `connections`: what it says is true of a lower pace only';

/** A paced job that falls behind further and further: requests that are due wait in a queue that grows. */
export function seeBehind(recent: readonly Window[]): readonly Sighting[] {
  return (recent.at(-1)?.jobs ?? []).flatMap(({ job }): Sighting[] => {
    const windows = recent.slice(-GROWING);
    const lags = windows.map((window) => lagOf(window.jobs.find((one) => jobKey(one.job) === jobKey(job))));
    const grows = lags.every((lag, index) => lag >= LEAST_LAG_SECONDS && lag > (lags[index - 1] ?? 0));
    if (lags.length < GROWING || !grows) return [];
    const value = lags.at(-1)!; // there are some
    const ours = windows.filter(isSaturated).length >= GROWING - 1;
    const late = `requests are started ${formatMs(value * 1000)} late, and later every second`;
    return [
      {
        signal: 'behind',
        // Whether the target's queue is gone at the end is not known yet; what this generator cannot do, it will not.
        severity: ours ? 'invalid' : 'note',
        job,
        value,
        unit: 'seconds',
        message: ours ? `${late}: this generator is at its limit` : `${late}: every connection is busy`,
        hint: ours ? HINT_OURS : HINT_TARGETS,
      },
    ];
  });
}

/** Seconds by which the middle one of a second's requests was late. */
function lagOf(job: JobWindow | undefined): number {
  return (job?.started ?? 0) > 0 ? (job?.lag?.percentile(50) ?? 0) : 0;
}

/** What was due and never started: a hundredth spoils a p99, but of a few requests it takes more than a mishap. */
const SKIPPED = { share: 0.01, least: 10 };
const SKIPPED_OF_FEW = { share: 0.2, least: 2 };
/** So much of its time a job's requests were late by, in the middle. */
const LATE_PART = 0.2;
const LEAST_LATE_PART_SECONDS = 0.1;

/**
 * A paced job that has not given the load that it was to give, whoever is to blame: nothing can be said of that load.
 * @param job that is over
 * @param wasBehind whether it was still falling behind when it ended
 */
export function seeShortfall(job: JobSnapshot, wasBehind: boolean): Sighting | undefined {
  const { measured, elapsedMs } = job;
  if (measured.lag === undefined) return undefined;
  const { skipped, started } = measured;
  const due = started + skipped;
  const isShort = [SKIPPED, SKIPPED_OF_FEW].some(({ share, least }) => skipped >= least && skipped >= due * share);
  const about = { signal: 'behind', severity: 'invalid', job, hint: HINT_TARGETS } as const;
  if (isShort) {
    const message = `${formatCount(skipped)} of ${formatCountOf(due, 'request')} that were due (${formatShare(skipped, due)}) were never started: this is not the load that was asked for`;
    return { ...about, value: skipped, unit: 'requests', message };
  }
  const value = percentileOf(measured.lag, 50) ?? 0;
  if (!wasBehind && (value < LEAST_LATE_PART_SECONDS || value < (LATE_PART * elapsedMs) / 1000)) return undefined;
  const message = `half of its requests were started more than ${formatMs(value * 1000)} late, and it never caught up: this is not the load that was asked for`;
  return { ...about, value, unit: 'seconds', message };
}
