import { MAX_MS, BUCKETS, SUM_MS, type TallyLayout } from '../../recorder/tally.ts';
import { tallyRegions } from './tally-regions.ts';

/** Totals of one distribution. */
interface DistributionTotals {
  readonly count: number;
  readonly sumMs: number;
  readonly maxMs: number;
}

/** Totals of a tally, to compare the tallies of all agents with the tally that their frames were added to. */
export interface TallyTotals {
  /** The counters, in the order of the layout. */
  readonly counts: readonly number[];
  /** Service times; for paced jobs response times and lags, too. */
  readonly distributions: readonly DistributionTotals[];
  /** See `checksumOf`; 0 to 2^52. */
  readonly checksum: number;
}

/** Totals of one window of one part of a job. */
export interface JobPartTotals extends TallyTotals {
  readonly part: number;
  /** See `TallyPlace`. */
  readonly window: number;
}

/** Two primes below 2^26: the product of two remainders is exact in a 64-bit float. */
const MODULI = [67_108_859, 67_108_837] as const;
const LOW = 2 ** 26;

/** Relative error of sums of floats in any order: 2^-53 for each of up to 10 million additions. */
const SUM_TOLERANCE = 1e-9;

/** Computes the totals of a tally, summed over the memories of its threads. */
export function totalsOf(memories: readonly Float64Array[], layout: TallyLayout): TallyTotals {
  const sum = (slot: number): number => memories.reduce((total, slots) => total + slots[slot]!, 0); // inside the layout
  const { counts } = tallyRegions(layout);
  return {
    counts: Array.from({ length: layout.service }, (_, slot) => sum(slot)),
    distributions: counts.flatMap(({ distribution }) => {
      if (distribution === undefined) return [];
      let count = 0;
      for (let bucket = 0; bucket <= layout.bounds.length; bucket++) count += sum(distribution + BUCKETS + bucket);
      const maxMs = Math.max(0, ...memories.map((slots) => slots[distribution + MAX_MS]!)); // inside the layout
      return [{ count, sumMs: sum(distribution + SUM_MS), maxMs }];
    }),
    checksum: checksumOf(memories, layout),
  };
}

/** Adds the totals of two tallies of the same layout. */
export function addTotals(a: TallyTotals, b: TallyTotals): TallyTotals {
  return {
    counts: a.counts.map((count, slot) => count + (b.counts[slot] ?? 0)),
    distributions: a.distributions.map((one, index) => {
      const other = b.distributions[index] ?? { count: 0, sumMs: 0, maxMs: 0 };
      return {
        count: one.count + other.count,
        sumMs: one.sumMs + other.sumMs,
        maxMs: Math.max(one.maxMs, other.maxMs),
      };
    }),
    checksum: addChecksums(a.checksum, b.checksum),
  };
}

/** Whether two totals are equal: counts, maxima and checksum exactly, sums within the error of floats. */
export function equalTotals(a: TallyTotals, b: TallyTotals): boolean {
  return (
    a.checksum === b.checksum &&
    a.counts.length === b.counts.length &&
    a.counts.every((count, slot) => count === b.counts[slot]) &&
    a.distributions.length === b.distributions.length &&
    a.distributions.every((one, index) => {
      const other = b.distributions[index]!; // of the same length
      const error = Math.abs(one.sumMs - other.sumMs);
      return one.count === other.count && one.maxMs === other.maxMs && error <= SUM_TOLERANCE * one.sumMs;
    })
  );
}

/**
 * Computes a checksum of all counts. It is linear: the checksum of a sum of tallies is the sum of their checksums
 * (`addChecksums`), so that no agent's counts need to be kept apart. Each slot has a weight of its own, modulo two
 * primes.
 */
function checksumOf(memories: readonly Float64Array[], layout: TallyLayout): number {
  let [low, high] = [0, 0];
  const { counts } = tallyRegions(layout);
  for (const slots of memories) {
    for (const { from, to } of counts) {
      for (let slot = from; slot < to; slot++) {
        const count = slots[slot]!; // inside the layout
        if (count === 0) continue;
        low = (low + (count % MODULI[0]) * weightOf(slot, MODULI[0])) % MODULI[0];
        high = (high + (count % MODULI[1]) * weightOf(slot, MODULI[1])) % MODULI[1];
      }
    }
  }
  return high * LOW + low;
}

function addChecksums(a: number, b: number): number {
  const low = ((a % LOW) + (b % LOW)) % MODULI[0];
  const high = (Math.floor(a / LOW) + Math.floor(b / LOW)) % MODULI[1];
  return high * LOW + low;
}

/** A fixed pseudo-random weight from 1 to below the modulus. */
function weightOf(slot: number, modulus: number): number {
  let hash = Math.imul(slot + 1, 0x9e3779b1) ^ modulus;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) % (modulus - 1)) + 1;
}
