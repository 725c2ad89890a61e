/** In every period of `everyMs`, nothing is answered during its last `forMs`. */
export interface Stall {
  readonly everyMs: number;
  readonly forMs: number;
}

/** A stall that has begun. */
interface StallWindow {
  /** Both on the caller's clock; the end may lie ahead. */
  readonly beginMs: number;
  readonly endMs: number;
}

/**
 * When a response goes out that would go out at `atMs`: then, or at the end of the stall which that moment lies in.
 * @param startMs when the first period began, on the same clock
 */
export function afterStall(atMs: number, stall: Stall | undefined, startMs: number): number {
  if (stall === undefined) return atMs;
  const period = Math.floor((atMs - startMs) / stall.everyMs);
  const endMs = startMs + (period + 1) * stall.everyMs;
  return atMs >= endMs - stall.forMs ? endMs : atMs;
}

/** The stalls that have begun by `nowMs`, oldest first; of more than `limit` the latest. */
export function stallsUntil(nowMs: number, stall: Stall | undefined, startMs: number, limit: number): StallWindow[] {
  if (stall === undefined) return [];
  const begun = stallsBegun(nowMs, stall, startMs);
  return Array.from({ length: Math.min(begun, limit) }, (_, index) => {
    const endMs = startMs + (Math.max(0, begun - limit) + index + 1) * stall.everyMs;
    return { beginMs: endMs - stall.forMs, endMs };
  });
}

/** How many stalls have begun by `nowMs`. */
export function stallsBegun(nowMs: number, stall: Stall | undefined, startMs: number): number {
  if (stall === undefined) return 0;
  return Math.max(0, Math.floor((nowMs - startMs + stall.forMs) / stall.everyMs));
}
