import { latencies, type LatencyDistribution, type Random } from './latency.ts';

/** Faults of the embedded target. */
export interface FaultOptions {
  /** Mean response delay in milliseconds, counted from the arrival of the request's head. */
  readonly latencyMs: number;
  readonly latencyDistribution: LatencyDistribution;
  /** Ratio of requests that fail with 500 and have no other effect, from 0 to 1. */
  readonly errorRate: number;
  readonly stall: StallSchedule | undefined;
}

/** Decides whether a request fails, and when its response is sent. */
export interface Faults {
  /** Draws whether a request fails. */
  fails(): boolean;
  /** Draws the delay of a response, in milliseconds from the request's arrival. */
  delayMs(): number;
  /** Send time of a response that is ready at `readyMs`. */
  releaseMs(readyMs: number): number;
}

/** @param startMs start of the first stall period, on the same clock as all other times */
export function createFaults(options: FaultOptions, startMs: number, random: Random): Faults {
  const { errorRate, stall } = options;
  return {
    fails: errorRate === 0 ? () => false : () => random() < errorRate,
    delayMs: latencies(options.latencyMs, options.latencyDistribution, random),
    releaseMs: (readyMs) => afterStall(readyMs, stall, startMs),
  };
}

/**
 * Seeded generator, sufficient for delays and errors: mulberry32 by Tommy Ettinger (public domain),
 * https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
 */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

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
