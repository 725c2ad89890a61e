/** Distance of two cuts in milliseconds: agents cut their counts at the same moments of the coordinator's clock. */
export const CUT_EVERY_MS = 1000;

/** Returns the last cut at or before a time. @param originMs time of any cut */
export function cutBefore(timeMs: number, originMs: number): number {
  return originMs + Math.floor((timeMs - originMs) / CUT_EVERY_MS) * CUT_EVERY_MS;
}
