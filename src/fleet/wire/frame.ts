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
 *         2 x gap from the last changed slot (the first from the slot before the region), + 1 if the increment is above 1
 *         increment - 2, if it is above 1
 *       exemplars, for each changed bucket, ascending:
 *         gap from the last one, ticket number, duration and time of completion in milliseconds (64-bit floats)
 *       0
 *       in a distribution: increment of its sum, and its maximum (64-bit floats)
 *     0
 */
export const END = 0;

/** Gaps are far smaller: no layout has as many slots. */
const MAX_TOKEN = 2 ** 30;

/** Receives the changes of a frame. All numbers are validated against the layout. */
export interface FrameVisitor {
  /**
   * Called last, once the whole frame is valid.
   * @param slots ascending
   * @param increments one for each slot, at least 1
   * @param length number of both that are used
   */
  counts(slots: Uint32Array, increments: Float64Array, length: number): void;
  /**
   * @param distribution offset of a distribution with new counts
   * @param sumMs increment of its sum, finite, at least 0
   * @param maxMs its maximum so far, finite, at least 0
   */
  duration(distribution: number, sumMs: number, maxMs: number): void;
  /** @param at offset of an exemplar, which replaces an earlier one */
  exemplar(at: number, sequence: number, valueMs: number, atMs: number): void;
}

/** Counts of the frame that is read. Memory is kept for the next frame. */
let slots = new Uint32Array(4096);
let increments = new Float64Array(4096);

/**
 * Reads an untrusted frame: in at most one step for each byte, and without a slot outside of the layout.
 * @throws {WireError} for a damaged frame, after durations and exemplars were visited
 */
export function readFrame(bytes: Uint8Array, layout: TallyLayout, visitor: FrameVisitor): void {
  const reader = new ByteReader(bytes);
  const layoutLength = reader.varint();
  if (layoutLength !== layout.length) {
    throw new WireError(`a frame has the layout of ${layoutLength} slots, not of ${layout.length}`);
  }
  // Each change has at least one byte.
  if (bytes.length > slots.length)
    [slots, increments] = [new Uint32Array(bytes.length), new Float64Array(bytes.length)];
  const { counts, exemplars, exemplarSlots } = tallyRegions(layout);
  const regions = counts.length + exemplars.length;
  let length = 0;
  for (let last = 0; ;) {
    const tag = reader.varintUpTo(regions, 'the region of a frame');
    if (tag === END) break;
    if (tag <= last) throw new WireError(`region ${tag} of a frame follows region ${last}`);
    last = tag;
    const region = counts[tag - 1];
    if (region === undefined) {
      readExemplars(reader, exemplars[tag - 1 - counts.length]!, exemplarSlots, visitor); // inside the regions
      continue;
    }
    length = readCounts(reader, region, length);
    if (region.distribution === undefined) continue;
    const sumMs = readQuantity(reader, 'the sum of durations');
    visitor.duration(region.distribution, sumMs, readQuantity(reader, 'the maximum of durations'));
  }
  reader.end();
  visitor.counts(slots, increments, length);
}

/**
 * Reads the counts of a region to `slots` and `increments`. Of its thousands of numbers, most have one byte: those are
 * read here, others by the reader.
 * @param length number of counts that are read already
 * @returns number of counts with those of the region
 */
function readCounts(reader: ByteReader, { from, to }: CountRegion, length: number): number {
  const { source } = reader;
  const [toSlots, toIncrements] = [slots, increments];
  let { at } = reader;
  let next = length;
  let slot = from - 1;
  for (;;) {
    let token = source[at];
    if (token !== undefined && token < 128) at++;
    else {
      reader.at = at;
      token = reader.varint();
      ({ at } = reader);
    }
    if (token === END) break;
    if (token > MAX_TOKEN) throw new WireError(`a gap of a frame is ${token / 2}`);
    const gap = token >> 1;
    slot += gap;
    if (gap === 0 || slot >= to) throw new WireError(`slot ${slot} of a frame is not in ${from} to ${to - 1}`);
    let increment = 1;
    if ((token & 1) !== 0) {
      const more = source[at];
      if (more !== undefined && more < 128) {
        at++;
        increment = more + 2;
      } else {
        reader.at = at;
        increment = reader.varintUpTo(MAX_COUNT - 2, 'an increment') + 2;
        ({ at } = reader);
      }
    }
    toSlots[next] = slot;
    toIncrements[next] = increment;
    next++;
  }
  reader.at = at;
  return next;
}

function readExemplars(reader: ByteReader, from: number, slots: number, visitor: FrameVisitor): void {
  const buckets = slots / EXEMPLAR_LENGTH;
  let bucket = -1;
  for (;;) {
    const gap = reader.varintUpTo(buckets, 'the bucket of an exemplar');
    if (gap === END) break;
    bucket += gap;
    if (bucket >= buckets) throw new WireError(`bucket ${bucket} of an exemplar is not in 0 to ${buckets - 1}`);
    const sequence = reader.varint();
    const valueMs = readQuantity(reader, 'the duration of an exemplar');
    visitor.exemplar(from + bucket * EXEMPLAR_LENGTH, sequence, valueMs, readFinite(reader, 'the time of an exemplar'));
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

/**
 * Adds the changes of an untrusted frame to a tally in place. A frame that is added twice counts twice: the caller
 * drops repeated frames by their sequence number.
 * @param target a tally of the layout
 * @throws {WireError} for a damaged frame, or for a count above 2^53; the target is then unchanged
 */
export function addFrame(target: Float64Array, layout: TallyLayout, bytes: Uint8Array): void {
  readFrame(bytes, layout, new FrameChanges(target));
}

/** Adds the changes of one frame, or none of them. */
class FrameChanges implements FrameVisitor {
  readonly #target: Float64Array;
  readonly #others: (() => void)[] = [];

  constructor(target: Float64Array) {
    this.#target = target;
  }

  counts(slotsOf: Uint32Array, incrementsOf: Float64Array, length: number): void {
    const target = this.#target;
    for (let at = 0; at < length; at++) {
      const slot = slotsOf[at]!; // used
      const count = target[slot]!; // inside the layout
      const increment = incrementsOf[at]!; // used
      if (increment > MAX_COUNT - count) {
        // Sums beyond 2^53 would not be exact. The earlier ones are, so that they can be taken back.
        for (let done = 0; done < at; done++) target[slotsOf[done]!]! -= incrementsOf[done]!; // inside the layout
        throw new WireError(`the count of slot ${slot} exceeds 2^53`);
      }
      target[slot] = count + increment;
    }
    for (const change of this.#others) change();
  }

  duration(distribution: number, sumMs: number, maxMs: number): void {
    const target = this.#target;
    const sum = target[distribution + SUM_MS]! + sumMs; // layout offsets
    if (!Number.isFinite(sum)) throw new WireError('the sum of durations is not finite');
    this.#others.push(() => {
      target[distribution + SUM_MS] = sum;
      if (maxMs > target[distribution + MAX_MS]!) target[distribution + MAX_MS] = maxMs;
    });
  }

  exemplar(at: number, sequence: number, valueMs: number, atMs: number): void {
    const target = this.#target;
    // The latest one wins; 0 is none.
    if (target[at + AT_MS] !== 0 && target[at + AT_MS]! >= atMs) return; // layout offset
    this.#others.push(() => {
      target[at + SEQUENCE] = sequence;
      target[at + VALUE_MS] = valueMs;
      target[at + AT_MS] = atMs;
    });
  }
}
