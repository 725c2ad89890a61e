import { highestOf, lowestOf, MAX_MICROS, slotOf } from './latency-index.ts';

type CountArray = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/**
 * Arrays of the least memory that hold counts from `smallest` to `largest`. One may be negative where parts of a whole are
 * read a moment later than it.
 */
function narrowest(
  smallest: number,
  largest: number,
): typeof Uint8Array | typeof Uint16Array | typeof Uint32Array | typeof Float64Array {
  if (smallest < 0) return Float64Array;
  if (largest < 2 ** 8) return Uint8Array;
  if (largest < 2 ** 16) return Uint16Array;
  return largest < 2 ** 32 ? Uint32Array : Float64Array;
}

/** An immutable copy of a fine-grained latency histogram; percentiles are exact to 3 significant digits. */
export class LatencyCounts {
  /** Only the slots that hold something, ascending: a job uses some hundred of 23,000, and runs may keep thousands of jobs. */
  readonly #slots: Uint16Array;
  readonly #counts: CountArray;
  /** Recorded durations. */
  readonly total: number;

  /** @param slots ascending  @param counts one for each of them, none of them 0 */
  private constructor(slots: readonly number[], counts: readonly number[]) {
    let [total, smallest, largest] = [0, 0, 0];
    for (const count of counts) {
      total += count;
      smallest = Math.min(smallest, count);
      largest = Math.max(largest, count);
    }
    this.total = total;
    // One block of memory for both, as small as it can be: a run keeps hundreds of these, and makes some each second.
    const CountArray = narrowest(smallest, largest);
    const countBytes = slots.length * CountArray.BYTES_PER_ELEMENT;
    const slotsAt = countBytes + (countBytes % Uint16Array.BYTES_PER_ELEMENT);
    const memory = new ArrayBuffer(slotsAt + slots.length * Uint16Array.BYTES_PER_ELEMENT);
    this.#counts = new CountArray(memory, 0, slots.length);
    this.#slots = new Uint16Array(memory, slotsAt, slots.length);
    this.#counts.set(counts);
    this.#slots.set(slots);
  }

  /**
   * The sum of live slots, one array for each thread, as they are at this moment.
   * @param maxSeconds that nothing in them is longer than: the slots beyond, most of them, are not looked at
   */
  static sumOf(live: readonly Float64Array[], maxSeconds = Infinity): LatencyCounts {
    const end = slotOf(Math.min(Math.ceil(maxSeconds * 1e6) + 1, MAX_MICROS)) + 1;
    const slots: number[] = [];
    const counts: number[] = [];
    for (let slot = 0; slot < end; slot++) {
      let count = 0;
      for (let thread = 0; thread < live.length; thread++) count += live[thread]![slot]!; // all of them are SLOTS long
      if (count === 0) continue;
      slots.push(slot);
      counts.push(count);
    }
    return new LatencyCounts(slots, counts);
  }

  plus(other: LatencyCounts): LatencyCounts {
    if (other.total === 0) return this;
    if (this.total === 0) return other;
    return this.#with(other, 1);
  }

  /** What was recorded after `earlier`, an older copy of the same live slots. */
  minus(earlier: LatencyCounts): LatencyCounts {
    return earlier.total === 0 ? this : this.#with(earlier, -1);
  }

  /** Goes through both in the order of their slots: many histograms of a second each are added at the end of a run. */
  #with(other: LatencyCounts, sign: 1 | -1): LatencyCounts {
    const slots: number[] = [];
    const counts: number[] = [];
    const [ours, theirs] = [this.#slots, other.#slots];
    let [a, b] = [0, 0];
    // Beyond its end an array has no slot, which is not below any. Within, there is a count for each.
    while (a < ours.length || b < theirs.length) {
      const slot = Math.min(ours[a] ?? Infinity, theirs[b] ?? Infinity);
      let count = 0;
      if (ours[a] === slot) count += this.#counts[a++]!;
      if (theirs[b] === slot) count += sign * other.#counts[b++]!;
      if (count === 0) continue;
      slots.push(slot);
      counts.push(count);
    }
    return new LatencyCounts(slots, counts);
  }

  /**
   * The duration in seconds that `percent` (0 to 100) of all durations do not exceed, as the middle of its slot;
   * `undefined` when nothing was recorded.
   */
  percentile(percent: number): number | undefined {
    if (this.total === 0) return undefined;
    // 99.9 is no binary number: without the allowance for rounding, p99.9 of 41,000 would be one further than the 40,959th.
    const rank = Math.max(1, Math.ceil(((percent * this.total) / 100) * (1 - 4 * Number.EPSILON)));
    const { low, high } = this.boundsOfRank(rank) ?? { low: NaN, high: NaN };
    return (low + high) / 2;
  }

  /**
   * Between which seconds the `rank`-th shortest duration lies, which is as far as its slot tells.
   * @param rank 1 to `total`; beyond that there is nothing
   */
  boundsOfRank(rank: number): { readonly low: number; readonly high: number } | undefined {
    let seen = 0;
    for (let at = 0; at < this.#slots.length; at++) {
      seen += this.#counts[at]!; // one for each slot
      const slot = this.#slots[at]!;
      if (seen >= rank) return { low: lowestOf(slot) / 1e6, high: highestOf(slot) / 1e6 };
    }
    return undefined;
  }

  /** How many durations were no longer than those of the slot that so many seconds fall into. */
  countUpTo(seconds: number): number {
    const last = slotOf(Math.min(Math.max(0, Math.round(seconds * 1e6)), MAX_MICROS));
    let count = 0;
    for (let at = 0; at < this.#slots.length && this.#slots[at]! <= last; at++) {
      count += this.#counts[at]!; // one for each slot
    }
    return count;
  }

  /** Calls `visit` with every slot that holds something, ascending, and its count. */
  forEachSlot(visit: (slot: number, count: number) => void): void {
    for (let at = 0; at < this.#slots.length; at++) visit(this.#slots[at]!, this.#counts[at]!); // one for each slot
  }

  /** Every slot that holds something, ascending: the least duration that falls into it, in microseconds, and how many did. */
  *recorded(): Generator<readonly [micros: number, count: number]> {
    for (let at = 0; at < this.#slots.length; at++) {
      yield [lowestOf(this.#slots[at]!), this.#counts[at]!]; // one for each slot
    }
  }

  /** How many slots hold something. */
  get slotCount(): number {
    return this.#slots.length;
  }
}

/** Of nothing. */
export const NO_LATENCIES: LatencyCounts = LatencyCounts.sumOf([]);
