/** What requests take where nothing is slow: the share of a latency that is the generator's own and its machine's. */
export interface Floor {
  /** Requests that it was measured with. */
  readonly samples: number;
  /** Median and 99th percentile of their service time, in seconds. */
  readonly p50Seconds: number;
  readonly p99Seconds: number;
}

/** So many durations on either side of the p99 as in every report: one. */
const LEAST_SAMPLES = 100;

/** The floor that durations show; `undefined` when there are too few of them. */
export function floorOf(durationsMs: readonly number[]): Floor | undefined {
  const samples = durationsMs.length;
  if (samples < LEAST_SAMPLES) return undefined;
  const sorted = durationsMs.toSorted((a, b) => a - b);
  const percentileSeconds = (percent: number): number => sorted[Math.ceil((percent * samples) / 100) - 1]! / 1000; // 1 to `samples`
  return { samples, p50Seconds: percentileSeconds(50), p99Seconds: percentileSeconds(99) };
}

/** Of several threads' floors the lowest: the others were held up by something, if only by each other. */
export function lowestFloor(floors: readonly (Floor | undefined)[]): Floor | undefined {
  const known = floors.filter((floor) => floor !== undefined);
  return known.reduce<Floor | undefined>((a, b) => (a === undefined || b.p50Seconds < a.p50Seconds ? b : a), undefined);
}
