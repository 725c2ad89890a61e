/** Stall schedule: in every period of `everyMs`, no response is sent during the last `forMs`. */
export interface StallSchedule {
  readonly everyMs: number;
  readonly forMs: number;
}

/** A stall that has started. */
interface StallWindow {
  /** Start and end on the caller's clock; the end may be in the future. */
  readonly beginMs: number;
  readonly endMs: number;
}

/**
 * Send time of a response that is due at `atMs`: that time, or the end of the stall that contains it.
 * @param startMs start of the first period, on the same clock
 */
export function afterStall(atMs: number, stall: StallSchedule | undefined, startMs: number): number {
  if (stall === undefined) return atMs;
  const period = Math.floor((atMs - startMs) / stall.everyMs);
  const endMs = startMs + (period + 1) * stall.everyMs;
  return atMs >= endMs - stall.forMs ? endMs : atMs;
}

/** Stalls that have started by `nowMs`, oldest first; only the latest `limit` ones. */
export function stallsUntil(
  nowMs: number,
  stall: StallSchedule | undefined,
  startMs: number,
  limit: number,
): StallWindow[] {
  if (stall === undefined) return [];
  const begun = stallsBegun(nowMs, stall, startMs);
  return Array.from({ length: Math.min(begun, limit) }, (_, index) => {
    const endMs = startMs + (Math.max(0, begun - limit) + index + 1) * stall.everyMs;
    return { beginMs: endMs - stall.forMs, endMs };
  });
}

/** Number of stalls that have started by `nowMs`. */
export function stallsBegun(nowMs: number, stall: StallSchedule | undefined, startMs: number): number {
  if (stall === undefined) return 0;
  return Math.max(0, Math.floor((nowMs - startMs + stall.forMs) / stall.everyMs));
}
