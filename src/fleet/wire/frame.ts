import { AT_MS, EXEMPLAR_LENGTH, MAX_MS, SEQUENCE, SUM_MS, type TallyLayout, VALUE_MS } from '../../recorder/tally.ts';
import { type CountRegion, tallyRegions } from './tally-regions.ts';
import { ByteReader, MAX_COUNT } from './varint.ts';
import { WireError } from './wire-error.ts';

/**
 * A frame holds the changes of a tally's memory. Numbers are varints unless noted:
 *
 *     length of the layout
 *     for each region with changes, ascending (see `tallyRegions`: counts, then exemplars):
 *       1 + index of the region
 *       counts, for each changed slot, ascending:
 *         one byte: 16 x (gap from the last changed slot - 1, at most 15) + increment (at most 15); the first gap is from
 *           the slot before the region
 *         gap - 16, if it is above 15
 *         increment - 15, if it is above 14
 *       exemplars, for each changed bucket, ascending:
 *         gap from the last one, ticket number, duration and time of completion in milliseconds (64-bit floats)
 *       0
 *       in a distribution: increment of its sum, and its maximum (64-bit floats)
 *     0
 */
export const END = 0;
/** Bits of the increment in the byte of a changed slot. */
export const INCREMENT_BITS = 4;
/** An increment from here on follows the byte, less this number. */
export const LONG_INCREMENT = 15;
/** A gap from here on follows the byte, less this number. */
export const LONG_GAP = 16;

/** Gaps are far smaller: no layout has as many slots. */
const MAX_GAP = 2 ** 30;

/**
 * Adds the changes of an untrusted frame to a tally in place: in at most one step for each byte, and without a slot
 * outside of the layout. A frame that is added twice counts twice: the caller drops repeated frames by their sequence
 * number.
 * @param target a tally of the layout
 * @throws {WireError} for a damaged frame, or for a count above 2^53; the target is then unchanged
 */
export function addFrame(target: Float64Array, layout: TallyLayout, bytes: Uint8Array): void {
  const reader = new ByteReader(bytes);
  const layoutLength = reader.varint();
  if (layoutLength !== layout.length) {
    throw new WireError(`a frame has the layout of ${layoutLength} slots, not of ${layout.length}`);
  }
  const from = reader.at;
  const changes = new FrameChanges(target);
  try {
    readRegions(reader, layout, changes);
    reader.end();
  } catch (error) {
    takeBack(target, layout, bytes, from, changes.countedTo);
    throw error;
  }
  changes.apply();
}

function readRegions(reader: ByteReader, layout: TallyLayout, changes: FrameChanges): void {
  const { counts, exemplars, exemplarSlots } = tallyRegions(layout);
  const regions = counts.length + exemplars.length;
  for (let last = 0; ;) {
    const tag = reader.varintUpTo(regions, 'the region of a frame');
    if (tag === END) return;
    if (tag <= last) throw new WireError(`region ${tag} of a frame follows region ${last}`);
    last = tag;
    const region = counts[tag - 1];
    if (region === undefined) {
      readExemplars(reader, exemplars[tag - 1 - counts.length]!, exemplarSlots, changes); // inside the regions
      continue;
    }
    changes.addCounts(reader, region);
    if (region.distribution === undefined) continue;
    const sumMs = readQuantity(reader, 'the sum of durations');
    changes.addDuration(region.distribution, sumMs, readQuantity(reader, 'the maximum of durations'));
  }
}

/** Changes of one frame: counts are added at once, since they are thousands, and the others when all are valid. */
class FrameChanges {
  /** Index of the byte after the last added count. */
  countedTo = 0;
  readonly #target: Float64Array;
  readonly #others: (() => void)[] = [];

  constructor(target: Float64Array) {
    this.#target = target;
  }

  /** Reads and adds the counts of a region. Most have one byte: those are read here, others by the reader. */
  addCounts(reader: ByteReader, { from, to }: CountRegion): void {
    const target = this.#target;
    const { source } = reader;
    let { at } = reader;
    let slot = from - 1;
    for (;;) {
      const begin = at;
      const byte = source[at++];
      if (byte === END) break;
      if (byte === undefined) throw this.#stop(begin, 'the message ends within a number');
      let gap = (byte >> INCREMENT_BITS) + 1;
      let increment = byte & LONG_INCREMENT;
      if (gap === LONG_GAP || increment === LONG_INCREMENT) {
        this.countedTo = begin;
        reader.at = at;
        if (gap === LONG_GAP) gap += reader.varintUpTo(MAX_GAP, 'a gap of a frame');
        if (increment === LONG_INCREMENT) increment += reader.varintUpTo(MAX_COUNT - LONG_INCREMENT, 'an increment');
        ({ at } = reader);
      }
      slot += gap;
      if (slot >= to) throw this.#stop(begin, `slot ${slot} of a frame is not in ${from} to ${to - 1}`);
      const count = target[slot]!; // inside the layout
      // A larger one would not be exact, and so could not be taken back.
      if (increment > MAX_COUNT - count) throw this.#stop(begin, `the count of slot ${slot} exceeds 2^53`);
      if (increment === 0) throw this.#stop(begin, `the increment of slot ${slot} of a frame is 0`);
      target[slot] = count + increment;
    }
    this.countedTo = at;
    reader.at = at;
  }

  /** @param sumMs increment of the sum of a distribution @param maxMs its maximum so far */
  addDuration(distribution: number, sumMs: number, maxMs: number): void {
    const target = this.#target;
    const sum = target[distribution + SUM_MS]! + sumMs; // layout offsets
    if (!Number.isFinite(sum)) throw new WireError('the sum of durations is not finite');
    this.#others.push(() => {
      target[distribution + SUM_MS] = sum;
      if (maxMs > target[distribution + MAX_MS]!) target[distribution + MAX_MS] = maxMs;
    });
  }

  /** @param at offset of an exemplar, which replaces an earlier one */
  addExemplar(at: number, sequence: number, valueMs: number, atMs: number): void {
    const target = this.#target;
    // The latest one wins; 0 is none.
    if (target[at + AT_MS] !== 0 && target[at + AT_MS]! >= atMs) return; // layout offset
    this.#others.push(() => {
      target[at + SEQUENCE] = sequence;
      target[at + VALUE_MS] = valueMs;
      target[at + AT_MS] = atMs;
    });
  }

  /** Ends at a count that is not valid. @param at its index */
  #stop(at: number, message: string): WireError {
    this.countedTo = at;
    return new WireError(message);
  }

  /** Adds all changes that are not counts. */
  apply(): void {
    for (const change of this.#others) change();
  }
}

/** Takes back the counts of a damaged frame that were added. @param to index of the byte after them */
function takeBack(target: Float64Array, layout: TallyLayout, bytes: Uint8Array, from: number, to: number): void {
  const { counts, exemplars, exemplarSlots } = tallyRegions(layout);
  const reader = new ByteReader(bytes.subarray(0, to));
  reader.at = from;
  const ignored = new FrameChanges(target);
  while (reader.left > 0) {
    const tag = reader.varint();
    const region = counts[tag - 1];
    if (region === undefined) {
      readExemplars(reader, exemplars[tag - 1 - counts.length]!, exemplarSlots, ignored); // was valid
      continue;
    }
    let slot = region.from - 1;
    while (reader.left > 0) {
      const [byte] = reader.bytes(1);
      if (byte === undefined || byte === END) break;
      const gap = (byte >> INCREMENT_BITS) + 1;
      const increment = byte & LONG_INCREMENT;
      slot += gap === LONG_GAP ? gap + reader.varint() : gap;
      target[slot]! -= increment === LONG_INCREMENT ? increment + reader.varint() : increment; // was valid
    }
    if (region.distribution !== undefined && reader.left > 0) reader.bytes(2 * Float64Array.BYTES_PER_ELEMENT);
  }
}

function readExemplars(reader: ByteReader, from: number, slots: number, changes: FrameChanges): void {
  const buckets = slots / EXEMPLAR_LENGTH;
  let bucket = -1;
  for (;;) {
    const gap = reader.varintUpTo(buckets, 'the bucket of an exemplar');
    if (gap === END) break;
    bucket += gap;
    if (bucket >= buckets) throw new WireError(`bucket ${bucket} of an exemplar is not in 0 to ${buckets - 1}`);
    const sequence = reader.varint();
    const valueMs = readQuantity(reader, 'the duration of an exemplar');
    const atMs = readFinite(reader, 'the time of an exemplar');
    changes.addExemplar(from + bucket * EXEMPLAR_LENGTH, sequence, valueMs, atMs);
  }
}

function readQuantity(reader: ByteReader, name: string): number {
  const value = readFinite(reader, name);
  if (value < 0) throw new WireError(`${name} is ${value}, below 0`);
  return value;
}

function readFinite(reader: ByteReader, name: string): number {
  const value = reader.float();
  if (!Number.isFinite(value)) throw new WireError(`${name} is ${value}`);
  return value;
}
