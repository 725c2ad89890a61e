import { formatMs, formatRate } from '../core/units.ts';
import { percentileOf } from '../recorder/snapshot.ts';
import { invalidOf } from '../validity/finding.ts';
import type { Knee } from './find-knee.ts';
import type { Played } from './play.ts';
import { BOUND } from './step.ts';

/** Two medians of the same load on a machine that has nothing else to do are less far apart. */
const UNLIKE = 2;

/**
 * Why a calibration should not be trusted, each in a sentence.
 * @param floors the same load, first and last
 */
export function findDoubts(floors: readonly Pick<Played, 'tally' | 'validity'>[], { holds, fails }: Knee): string[] {
  const medians = floors.map(({ tally }) => (percentileOf(tally.service, 50) ?? NaN) * 1000);
  const least = Math.min(...medians);
  const most = Math.max(...medians);
  const complaints = floors.flatMap(({ validity }) => invalidOf(validity)).map(({ message }) => message);
  return [
    ...new Set(complaints),
    ...(most > least * UNLIKE
      ? [
          `the same light load had a median of ${formatMs(least)} one time and of ${formatMs(most)} the other: this machine, or the way to the target, is busy with something else`,
        ]
      : []),
    ...(holds === undefined
      ? [
          `not even ${formatRate(fails)} was kept with a schedule lag of at most ${formatMs(BOUND.lagMs)} at p99: something else takes the processors for that long`,
        ]
      : []),
  ];
}
