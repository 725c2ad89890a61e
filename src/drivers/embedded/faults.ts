import { latencies, type Random } from './latency.ts';
import { afterStall } from './stall.ts';
import type { TargetOptions } from './target-options.ts';

/** Decides what goes wrong with a request, and when its response goes out. */
export interface Faults {
  /** Draws whether a request fails. */
  fails(): boolean;
  /** Draws how long the response to one request is held back, in milliseconds from the request's arrival. */
  delayMs(): number;
  /** When a response that is ready at `readyMs` goes out. */
  releaseMs(readyMs: number): number;
}

/** @param startMs beginning of the first stall period, on the clock of all the moments */
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
 * A small seeded generator, good enough for delays and errors: mulberry32 by Tommy Ettinger (public domain),
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
