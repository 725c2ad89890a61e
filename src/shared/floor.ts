/** Minimum durations of requests: the part of a latency that the generator and its machine cause. */
export interface LatencyFloor {
  /** Number of measured requests. */
  readonly samples: number;
  /** Median and 99th percentile of the service time, in seconds. */
  readonly p50Seconds: number;
  readonly p99Seconds: number;
}

/** A p99 requires one duration above it, as in all reports. */
const LEAST_SAMPLES = 100;

/** Computes the floor from durations; `undefined` with too few of them. */
export function floorOf(durationsMs: readonly number[]): LatencyFloor | undefined {
  const samples = durationsMs.length;
  if (samples < LEAST_SAMPLES) return undefined;
  const sorted = durationsMs.toSorted((a, b) => a - b);
  const percentileSeconds = (percent: number): number => sorted[Math.ceil((percent * samples) / 100) - 1]! / 1000; // 1 to `samples`
  return { samples, p50Seconds: percentileSeconds(50), p99Seconds: percentileSeconds(99) };
}

/** Returns the lowest floor of several threads; the others were delayed, at least by each other. */
export function lowestFloor(floors: readonly (LatencyFloor | undefined)[]): LatencyFloor | undefined {
  const known = floors.filter((floor) => floor !== undefined);
  return known.reduce<LatencyFloor | undefined>(
    (a, b) => (a === undefined || b.p50Seconds < a.p50Seconds ? b : a),
    undefined,
  );
}
