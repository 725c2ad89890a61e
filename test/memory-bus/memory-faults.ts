import { drawUnit, streamKey } from '../../src/shared/random.ts';

/** Maps a uniform number from [0, 1) to a delay in milliseconds, 0 or more: the inverse of its distribution function. */
export type DelayDistribution = (uniform: number) => number;

/** Faults of a {@link MemoryNetwork}. Shares are probabilities for each message and receiver, from 0 to 1. */
export interface MemoryFaults {
  /** One-way delay of a message from member to member. Messages between two members keep their order. */
  readonly delayMs: DelayDistribution;
  readonly lostPublishes: number;
  readonly lostRequests: number;
  readonly lostReplies: number;
  /** Share of messages that are delivered twice, the second time after one more delay. */
  readonly duplicated: number;
  /** Share of messages that may be overtaken, because they are delayed once more. */
  readonly reordered: number;
  /** Time from the return of the server to the reconnect of each member. */
  readonly reconnectMs: DelayDistribution;
}

export const NO_FAULTS: MemoryFaults = {
  delayMs: () => 0,
  lostPublishes: 0,
  lostRequests: 0,
  lostReplies: 0,
  duplicated: 0,
  reordered: 0,
  reconnectMs: () => 0,
};

/** Uniform from `fromMs` to `toMs`. */
export function uniformDelay(fromMs: number, toMs: number): DelayDistribution {
  return (uniform) => fromMs + uniform * (toMs - fromMs);
}

/** At least `leastMs`, plus an exponential part: most messages are fast, few are slow. */
export function exponentialDelay(leastMs: number, meanExtraMs: number): DelayDistribution {
  return (uniform) => leastMs - meanExtraMs * Math.log(1 - uniform);
}

/** Returns a function that draws uniform numbers from [0, 1); the same seed gives the same numbers. */
export function createDraw(seed: number): () => number {
  const high = streamKey(seed, 'bus', 'high');
  const low = streamKey(seed, 'bus', 'low');
  let counter = 0;
  return () => drawUnit(high, low, counter++);
}
