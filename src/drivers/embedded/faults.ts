import { latencies, type Random } from './latency.ts';
import { afterStall } from './stall.ts';
import type { TargetOptions } from './target-options.ts';

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
export function createFaults(
  options: Pick<TargetOptions, 'latencyMs' | 'latencyDistribution' | 'errorRate' | 'stall'>,
  startMs: number,
  random: Random,
): Faults {
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
