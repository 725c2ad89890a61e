import { formatMs, formatRate } from '../shared/units.ts';
import { percentileOf } from '../recorder/snapshot.ts';
import { invalidFindings } from '../validity/finding.ts';
import type { Knee } from './find-knee.ts';
import type { TrialResult } from './run-trial.ts';
import { BOUND } from './rate-trial.ts';

/** Minimum ratio of two medians of the same load that indicates a busy machine. */
const UNLIKE = 2;

/**
 * Returns the reasons why a calibration is unreliable, as messages.
 * @param floors the same load, first and last
 */
export function findWarnings(
  floors: readonly Pick<TrialResult, 'tally' | 'validity'>[],
  { holds, fails }: Knee,
): string[] {
  const medians = floors.map(({ tally }) => (percentileOf(tally.service, 50) ?? NaN) * 1000);
  const least = Math.min(...medians);
  const most = Math.max(...medians);
  const complaints = floors.flatMap(({ validity }) => invalidFindings(validity)).map(({ message }) => message);
  return [
    ...new Set(complaints),
    ...(most > least * UNLIKE
      ? [
          `the same light load had a median of ${formatMs(least)} in one run and ${formatMs(most)} in the other: this machine or the network to the target is busy`,
        ]
      : []),
    ...(holds === undefined
      ? [
          `${formatRate(fails)} was not sustained with a p99 schedule lag of at most ${formatMs(BOUND.lagMs)}: other processes occupy the CPUs for that long`,
        ]
      : []),
  ];
}
