import { nounOf } from '../../shared/job-parts.ts';
import { formatCount, formatCountOf, formatMs, formatShare } from '../../shared/units.ts';
import { type JobSnapshot, percentileOf } from '../../recorder/snapshot.ts';
import type { Detection } from '../finding.ts';
import { jobIn, type JobWindow, type SampleWindow } from '../window.ts';
import { isSaturated } from './load.ts';

/**
 * Number of consecutive seconds in which the queue must grow. A target that pauses and continues leaves a shrinking
 * queue.
 */
const GROWING = 3;
const LEAST_LAG_SECONDS = 0.25;

const HINT_OURS =
  'use more `threads`, or a lower `pace`: `loadbot-agent calibrate` measures the limits of this machine';
const HINT_TARGETS =
  'the target is too slow for this rate, or there are too few `connections`: the results apply to a lower rate only';

/** Detects a paced job that falls behind: its queue of due requests grows. */
export function detectBehind(recent: readonly SampleWindow[]): readonly Detection[] {
  return (recent.at(-1)?.jobs ?? []).flatMap(({ job }): Detection[] => {
    const windows = recent.slice(-GROWING);
    const lags = windows.map((window) => lagOf(jobIn(window, job)));
    const grows = lags.every((lag, index) => lag >= LEAST_LAG_SECONDS && lag > (lags[index - 1] ?? 0));
    if (lags.length < GROWING || !grows) return [];
    const value = lags.at(-1)!; // not empty
    const ours = windows.filter(isSaturated).length >= GROWING - 1;
    const late = `${nounOf(job)}s start ${formatMs(value * 1000)} late, and later every second`;
    return [
      {
        signal: 'behind',
        // A queue of the target may still shrink before the end; a limit of the generator remains.
        severity: ours ? 'invalid' : 'note',
        job,
        value,
        unit: 'seconds',
        message: ours ? `${late}: this generator is at its limit` : `${late}: all connections are busy`,
        hint: ours ? HINT_OURS : HINT_TARGETS,
      },
    ];
  });
}

/** Median schedule lag of a second, in seconds. */
function lagOf(job: JobWindow | undefined): number {
  return (job?.started ?? 0) > 0 ? (job?.lag?.percentile(50) ?? 0) : 0;
}

/** Minimum of skipped requests: 1 % affects a p99; small counts need a larger share, to ignore a single incident. */
const SKIPPED = { share: 0.01, least: 10 };
const SKIPPED_OF_FEW = { share: 0.2, least: 2 };
/** Minimum median lag, as a share of the job's duration. */
const LATE_PART = 0.2;
const LEAST_LATE_PART_SECONDS = 0.1;

/**
 * Detects a paced job that did not reach its target rate, for any cause: its results do not apply to that rate.
 * @param job a finished job
 * @param wasBehind whether it was still falling behind at its end
 */
export function detectShortfall(job: JobSnapshot, wasBehind: boolean): Detection | undefined {
  const { measured, elapsedMs } = job;
  if (measured.lag === undefined) return undefined;
  const { skipped, started } = measured;
  const due = started + skipped;
  const isShort = [SKIPPED, SKIPPED_OF_FEW].some(({ share, least }) => skipped >= least && skipped >= due * share);
  const about = { signal: 'behind', severity: 'invalid', job, hint: HINT_TARGETS } as const;
  if (isShort) {
    const message = `${formatCount(skipped)} of ${formatCountOf(due, nounOf(job))} that were due (${formatShare(skipped, due)}) were never started: the target rate was not reached`;
    return { ...about, value: skipped, unit: 'requests', message };
  }
  const value = percentileOf(measured.lag, 50) ?? 0;
  if (!wasBehind && (value < LEAST_LATE_PART_SECONDS || value < (LATE_PART * elapsedMs) / 1000)) return undefined;
  const message = `half of its ${nounOf(job)}s started more than ${formatMs(value * 1000)} late, and it never caught up: the target rate was not reached`;
  return { ...about, value, unit: 'seconds', message };
}
