import type { RecordedPacing } from '../plan/recorded.ts';

/** Half the time over which the rate of recorded requests is counted, in milliseconds. */
const HALF_WINDOW_MS = 500;

/** Returns the rate of a recorded schedule in requests per second: those due in the second around a time. */
export function createRecordedRate({ times, roundMs }: RecordedPacing): (elapsedMs: number) => number {
  const due = new Float64Array(times);
  const dueBefore = (ms: number): number => {
    if (ms <= 0) return 0;
    const rounds = roundMs === undefined ? 0 : Math.floor(ms / roundMs);
    return rounds * due.length + countBelow(due, ms - rounds * (roundMs ?? 0));
  };
  return (elapsedMs) => dueBefore(elapsedMs + HALF_WINDOW_MS) - dueBefore(elapsedMs - HALF_WINDOW_MS);
}

/** Number of ascending values below a limit. */
function countBelow(values: Float64Array, limit: number): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (values[middle]! < limit) from = middle + 1; // inside the list
    else to = middle;
  }
  return from;
}
