/** Range of the highest pace, in requests per second. */
export interface PaceRange {
  /** Highest pace that held; `undefined`: not even the first one. */
  readonly holds: number | undefined;
  /** Lowest pace above it that failed; `undefined`: the highest allowed pace held. */
  readonly fails: number | undefined;
}

interface PaceSearch {
  /** First pace. */
  readonly from: number;
  /** Highest allowed pace. */
  readonly to: number;
  /** Largest accepted distance between the paces of the range, as a share of the lower one. */
  readonly precision: number;
}

/**
 * Finds the highest pace that holds: doubles the pace until one fails, then bisects.
 * @param holds runs a probe of a pace
 */
export async function findHighestPace(
  { from, to, precision }: PaceSearch,
  holds: (pace: number) => Promise<boolean>,
): Promise<PaceRange> {
  let held: number | undefined;
  let next = from;
  while (await holds(next)) {
    held = next;
    if (next >= to) return { holds: held, fails: undefined };
    next = Math.min(next * 2, to);
  }
  let failed = next;
  while (held !== undefined && failed > held * (1 + precision)) {
    const middle = roundPace((held + failed) / 2);
    if (middle <= held || middle >= failed) break;
    if (await holds(middle)) held = middle;
    else failed = middle;
  }
  return { holds: held, fails: failed };
}

/** Rounds to four digits. */
function roundPace(pace: number): number {
  return Number(pace.toPrecision(4));
}
