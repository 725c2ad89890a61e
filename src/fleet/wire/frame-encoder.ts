import { LoadbotError } from '../../shared/errors.ts';
import { secondsToMs } from '../../shared/units.ts';
import { MAX_MICROS, slotOf, SLOTS } from '../../recorder/latency-counts.ts';
import {
  AT_MS,
  BUCKETS,
  EXEMPLAR_LENGTH,
  MAX_MS,
  SEQUENCE,
  SUM_MS,
  type TallyLayout,
  VALUE_MS,
} from '../../recorder/tally.ts';
import { END, INCREMENT_BITS, LONG_GAP, LONG_INCREMENT } from './frame.ts';
import { PagedCounts } from './paged-counts.ts';
import { tallyRegions, type TallyRegions } from './tally-regions.ts';
import { ByteWriter } from './varint.ts';

interface CutOptions {
  /** The threads have ended: all changes are encoded, also those that a concurrent cut may have missed. Default: no. */
  readonly isLast?: boolean;
  /** Added to the times of exemplars: from the clock of the agent to that of the coordinator, in milliseconds. Default: 0. */
  readonly clockOffsetMs?: number;
}

/**
 * Encodes the changes of one tally, summed over the memories of an agent's threads, as frames. Keeps the sent numbers.
 *
 * A latency histogram has 23,000 slots, of which a second of load changes a few hundred. A request also increments one of
 * its buckets, so only the slots of durations in changed buckets are read. The thread increments the bucket first: a
 * bucket that changed is read once more at the next cut.
 */
export class FrameEncoder {
  readonly #layout: TallyLayout;
  readonly #regions: TallyRegions;
  readonly #writer = new ByteWriter();
  readonly #sent: PagedCounts;
  /** First and last latency slot of each bucket's durations. */
  readonly #firstSlots: readonly number[];
  readonly #lastSlots: readonly number[];
  /** By region and bucket: whether it changed in the last cut. */
  readonly #changed: readonly Uint8Array[];
  readonly #counters: Float64Array;
  /** Slot that was last written in the current region; -1: the region has not begun. */
  #slot = -1;
  /** Whether the frame begins at 0, not at the last cut. */
  #isWhole = false;

  constructor(layout: TallyLayout) {
    this.#layout = layout;
    this.#regions = tallyRegions(layout);
    this.#sent = new PagedCounts(layout.length);
    this.#counters = new Float64Array(layout.service);
    const edges = layout.bounds.map((bound) => slotOf(Math.min(Math.round(secondsToMs(bound) * 1000), MAX_MICROS)));
    this.#firstSlots = [0, ...edges];
    this.#lastSlots = [...edges, SLOTS - 1];
    this.#changed = this.#regions.counts.map(() => new Uint8Array(layout.bounds.length + 1));
  }

  /**
   * Encodes all changes since the last cut.
   * @param memories of all threads, in the same order in each cut
   * @returns a frame for `addFrame`; `undefined`: nothing changed
   */
  cut(
    memories: readonly Float64Array[],
    { isLast = false, clockOffsetMs = 0 }: CutOptions = {},
  ): Uint8Array | undefined {
    const writer = this.#writer;
    writer.clear();
    writer.varint(this.#layout.length);
    const empty = writer.length;
    for (const [region, { from, to, distribution }] of this.#regions.counts.entries()) {
      this.#slot = -1;
      if (distribution !== undefined) this.#writeDistribution(region, memories, distribution, isLast);
      else if (from === 0) this.#writeCounters(region, memories);
      else this.#writeSlots(region, memories, from, to);
      if (this.#slot === -1 || distribution !== undefined) continue;
      writer.varint(END);
    }
    for (const [index, from] of this.#regions.exemplars.entries()) {
      this.#writeExemplars(this.#regions.counts.length + index, memories, from, clockOffsetMs);
    }
    if (writer.length === empty) return undefined;
    writer.varint(END);
    return writer.copy();
  }

  /** Encodes all counts since the beginning. Called after the last cut, when the threads have ended. */
  whole(memories: readonly Float64Array[]): Uint8Array | undefined {
    this.#isWhole = true;
    const frame = this.cut(memories);
    this.#isWhole = false;
    return frame;
  }

  /** Reads backwards: a request is counted as started before its outcome, and must not end before it starts. */
  #writeCounters(region: number, memories: readonly Float64Array[]): void {
    const counters = this.#counters;
    for (let slot = counters.length - 1; slot >= 0; slot--) counters[slot] = sumOf(memories, slot);
    for (let slot = 0; slot < counters.length; slot++) this.#write(region, slot, counters[slot]!); // inside the layout
  }

  #writeDistribution(region: number, memories: readonly Float64Array[], at: number, isLast: boolean): void {
    const changed = this.#changed[region]!; // one for each region
    const sent = this.#sent;
    for (let bucket = 0; bucket < changed.length; bucket++) {
      const slot = at + BUCKETS + bucket;
      const count = sumOf(memories, slot);
      // Bit 0: changed now; bit 1: changed in the last cut.
      changed[bucket] = ((changed[bucket]! << 1) & 2) | (count === (this.#isWhole ? 0 : sent.at(slot)) ? 0 : 1);
      this.#write(region, slot, count);
    }
    // Read before the latencies: a longer duration recorded in the meantime is left for the next cut.
    const maxMs = maximumOf(memories, at + MAX_MS);
    const sumMs = sumOf(memories, at + SUM_MS);
    const latencies = at + this.#layout.latencyOffset;
    const end = slotOf(Math.min(Math.ceil(maxMs * 1000) + 1, MAX_MICROS));
    let next = 0;
    for (let bucket = 0; bucket < changed.length; bucket++) {
      if (changed[bucket] === 0 && !isLast) continue;
      const from = Math.max(next, this.#firstSlots[bucket]!); // one for each bucket
      next = Math.min(this.#lastSlots[bucket]!, end) + 1;
      this.#writeSlots(region, memories, latencies + from, latencies + next);
    }
    if (this.#slot === -1) return;
    this.#writer.varint(END);
    this.#writer.float(this.#incrementSum(at + SUM_MS, sumMs));
    this.#writer.float(maxMs);
  }

  /** Returns the increment of a sum. The receiver's rounding is followed, so that errors do not add up. */
  #incrementSum(slot: number, sumMs: number): number {
    if (this.#isWhole) return sumMs;
    const sent = this.#sent.at(slot);
    const increment = Math.max(0, sumMs - sent);
    this.#sent.set(slot, sent + increment);
    return increment;
  }

  #writeSlots(region: number, memories: readonly Float64Array[], from: number, to: number): void {
    const sent = this.#sent;
    const isWhole = this.#isWhole;
    for (let slot = from; slot < to; slot++) {
      let count = 0;
      for (let thread = 0; thread < memories.length; thread++) count += memories[thread]![slot]!; // inside the layout
      if (count !== (isWhole ? 0 : sent.at(slot))) this.#write(region, slot, count);
    }
  }

  #write(region: number, slot: number, count: number): void {
    const increment = this.#isWhole ? count : count - this.#sent.at(slot);
    if (increment === 0) return;
    if (increment < 0) throw new LoadbotError('internal', `the count of slot ${slot} of a tally decreased`);
    const writer = this.#writer;
    if (this.#slot === -1) {
      writer.varint(region + 1);
      this.#slot = this.#regions.counts[region]!.from - 1; // one for each region
    }
    const gap = slot - this.#slot;
    writer.byte(((Math.min(gap, LONG_GAP) - 1) << INCREMENT_BITS) | Math.min(increment, LONG_INCREMENT));
    if (gap >= LONG_GAP) writer.varint(gap - LONG_GAP);
    if (increment >= LONG_INCREMENT) writer.varint(increment - LONG_INCREMENT);
    this.#sent.set(slot, count);
    this.#slot = slot;
  }

  #writeExemplars(region: number, memories: readonly Float64Array[], from: number, clockOffsetMs: number): void {
    const writer = this.#writer;
    const sent = this.#sent;
    let last = -1;
    if (memories.length === 0) return;
    for (let bucket = 0; bucket * EXEMPLAR_LENGTH < this.#regions.exemplarSlots; bucket++) {
      const at = from + bucket * EXEMPLAR_LENGTH;
      const newest = newestOf(memories, at + AT_MS);
      const atMs = newest[at + AT_MS]!; // layout offsets
      if (atMs === (this.#isWhole ? 0 : sent.at(at + AT_MS))) continue;
      if (last === -1) writer.varint(region + 1);
      writer.varint(bucket - last);
      writer.varint(newest[at + SEQUENCE]!);
      writer.float(newest[at + VALUE_MS]!);
      writer.float(atMs + clockOffsetMs);
      sent.set(at + AT_MS, atMs);
      last = bucket;
    }
    if (last !== -1) writer.varint(END);
  }
}

function sumOf(memories: readonly Float64Array[], slot: number): number {
  let sum = 0;
  for (const slots of memories) sum += slots[slot]!; // inside the layout
  return sum;
}

function maximumOf(memories: readonly Float64Array[], slot: number): number {
  let maximum = 0;
  for (const slots of memories) maximum = Math.max(maximum, slots[slot]!); // inside the layout
  return maximum;
}

/** Returns the memory with the highest value of a slot; at least one memory. */
function newestOf(memories: readonly Float64Array[], slot: number): Float64Array {
  return memories.reduce((newest, slots) => (slots[slot]! > newest[slot]! ? slots : newest)); // inside the layout
}
