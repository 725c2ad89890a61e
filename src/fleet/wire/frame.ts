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

/** Receives the changes of a frame in its order. All numbers are validated against the layout. */
export interface FrameVisitor {
  /** @param increment at least 1 */
  count(slot: number, increment: number): void;
  /**
   * @param distribution offset of a distribution with new counts
   * @param sumMs increment of its sum, finite, at least 0
   * @param maxMs its maximum so far, finite, at least 0
   */
  duration(distribution: number, sumMs: number, maxMs: number): void;
  /** @param at offset of an exemplar, which replaces an earlier one */
  exemplar(at: number, sequence: number, valueMs: number, atMs: number): void;
}

/**
 * Reads an untrusted frame: in at most one step for each byte, and without a slot outside of the layout.
 * @throws {WireError} for a damaged frame, after some changes were visited
 */
export function readFrame(bytes: Uint8Array, layout: TallyLayout, visitor: FrameVisitor): void {
  const reader = new ByteReader(bytes);
  const length = reader.varint();
  if (length !== layout.length) {
    throw new WireError(`a frame has the layout of ${length} slots, not of ${layout.length}`);
  }
  const { counts, exemplars, exemplarSlots } = tallyRegions(layout);
  const regions = counts.length + exemplars.length;
  for (let last = 0; ;) {
    const tag = reader.varintUpTo(regions, 'the region of a frame');
    if (tag === END) break;
    if (tag <= last) throw new WireError(`region ${tag} of a frame follows region ${last}`);
    last = tag;
    const region = counts[tag - 1];
    if (region !== undefined) readCounts(reader, region, visitor);
    else readExemplars(reader, exemplars[tag - 1 - counts.length]!, exemplarSlots, visitor); // inside the regions
  }
  reader.end();
}

function readCounts(reader: ByteReader, { from, to, distribution }: CountRegion, visitor: FrameVisitor): void {
  let slot = from - 1;
  for (;;) {
    const token = reader.varint();
    if (token === END) break;
    if (token > MAX_TOKEN) throw new WireError(`a gap of a frame is ${token / 2}`);
    const gap = token >> 1;
    slot += gap;
    if (gap === 0 || slot >= to) throw new WireError(`slot ${slot} of a frame is not in ${from} to ${to - 1}`);
    visitor.count(slot, (token & 1) === 0 ? 1 : reader.varintUpTo(MAX_COUNT - 2, 'an increment') + 2);
  }
  if (distribution === undefined) return;
  const sumMs = readQuantity(reader, 'the sum of durations');
  visitor.duration(distribution, sumMs, readQuantity(reader, 'the maximum of durations'));
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
  const changes = new FrameChanges(target);
  readFrame(bytes, layout, changes);
  changes.apply();
}

/** Changes of one frame, which are checked first and then applied. Memory is kept for the next frame. */
let slots = new Uint32Array(4096);
let increments = new Float64Array(4096);

class FrameChanges implements FrameVisitor {
  readonly #target: Float64Array;
  readonly #others: (() => void)[] = [];
  #length = 0;

  constructor(target: Float64Array) {
    this.#target = target;
  }

  count(slot: number, increment: number): void {
    // Inside the layout. Sums beyond 2^53 would not be exact.
    if (increment > MAX_COUNT - this.#target[slot]!) throw new WireError(`the count of slot ${slot} exceeds 2^53`);
    const length = this.#length++;
    if (length === slots.length) growChanges();
    slots[length] = slot;
    increments[length] = increment;
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

  apply(): void {
    const target = this.#target;
    for (let at = 0; at < this.#length; at++) target[slots[at]!]! += increments[at]!; // inside the layout
    for (const change of this.#others) change();
  }
}

function growChanges(): void {
  const [moreSlots, moreIncrements] = [new Uint32Array(2 * slots.length), new Float64Array(2 * slots.length)];
  moreSlots.set(slots);
  moreIncrements.set(increments);
  slots = moreSlots;
  increments = moreIncrements;
}
