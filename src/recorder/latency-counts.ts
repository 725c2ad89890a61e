/**
 * A log-linear index over microseconds, as in HdrHistogram with 3 significant digits: values below 2048 µs have one
 * slot each; above that, each power of two is divided into 1024 slots, so a slot is at most 1/1024 of its value wide.
 * Source of the layout: https://github.com/HdrHistogram/HdrHistogram (sub-bucket count 2048, unit magnitude 0).
 */
const SUB_BUCKETS = 2048;
const HALF = SUB_BUCKETS / 2;
const SUB_BUCKET_BITS = 11;

/** Highest trackable value in microseconds: one hour. Longer durations are recorded as this value. */
export const MAX_MICROS = 3_600_000_000;

/** Returns the slot of a duration in microseconds: an integer from 0 to `MAX_MICROS`. */
export function slotOf(micros: number): number {
  if (micros < SUB_BUCKETS) return micros;
  // clz32 would wrap above 2^32; MAX_MICROS is below that.
  const shift = 32 - Math.clz32(micros) - SUB_BUCKET_BITS;
  return shift * HALF + (micros >>> shift);
}

/** Returns the lowest duration of a slot, in microseconds. */
export function lowestOf(slot: number): number {
  if (slot < SUB_BUCKETS) return slot;
  const shift = Math.floor(slot / HALF) - 1;
  return (slot - shift * HALF) * 2 ** shift;
}

/** Returns the highest duration of a slot, in microseconds. */
export function highestOf(slot: number): number {
  return lowestOf(slot + 1) - 1;
}

export const SLOTS = slotOf(MAX_MICROS) + 1;

/**
 * Slots and counts of the histogram that is being made. They are kept: several histograms are made each second, and lists
 * that grow were two thirds of what the main thread allocates.
 */
const draftSlots = new Uint16Array(SLOTS);
const draftCounts = new Float64Array(SLOTS);

type CountArray = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/**
 * Returns the smallest array type that holds counts from `smallest` to `largest`. A difference may be negative when a
 * part is read later than the whole.
 */
function smallestArrayType(
  smallest: number,
  largest: number,
): typeof Uint8Array | typeof Uint16Array | typeof Uint32Array | typeof Float64Array {
  if (smallest < 0) return Float64Array;
  if (largest < 2 ** 8) return Uint8Array;
  if (largest < 2 ** 16) return Uint16Array;
  return largest < 2 ** 32 ? Uint32Array : Float64Array;
}

/** Immutable copy of a fine-grained latency histogram; percentiles are exact to 3 significant digits. */
export class LatencyCounts {
  /** Non-empty slots only, ascending: a job uses a few hundred of 23,000, and runs may keep thousands of jobs. */
  readonly #slots: Uint16Array;
  readonly #counts: CountArray;
  /** Number of recorded durations. */
  readonly total: number;

  /**
   * @param slots ascending
   * @param counts one for each slot, not 0
   */
  private constructor(slots: ArrayLike<number>, counts: ArrayLike<number>) {
    let [total, smallest, largest] = [0, 0, 0];
    for (let at = 0; at < counts.length; at++) {
      const count = counts[at]!; // below its length
      total += count;
      smallest = Math.min(smallest, count);
      largest = Math.max(largest, count);
    }
    this.total = total;
    // One buffer of minimum size for both: a run keeps hundreds of these, and creates some each second.
    const CountArray = smallestArrayType(smallest, largest);
    const countBytes = slots.length * CountArray.BYTES_PER_ELEMENT;
    const slotsAt = countBytes + (countBytes % Uint16Array.BYTES_PER_ELEMENT);
    const memory = new ArrayBuffer(slotsAt + slots.length * Uint16Array.BYTES_PER_ELEMENT);
    this.#counts = new CountArray(memory, 0, slots.length);
    this.#slots = new Uint16Array(memory, slotsAt, slots.length);
    this.#counts.set(counts);
    this.#slots.set(slots);
  }

  /** @param counts one for each of the slots, which are ascending; not 0 */
  static of(slots: readonly number[], counts: readonly number[]): LatencyCounts {
    return new LatencyCounts(slots, counts);
  }

  /**
   * Sums the live slots of all threads at this instant.
   * @param maxSeconds upper bound of the durations; slots above it, usually most of them, are skipped
   */
  static sumOf(live: readonly Float64Array[], maxSeconds = Infinity): LatencyCounts {
    const end = slotOf(Math.min(Math.ceil(maxSeconds * 1e6) + 1, MAX_MICROS)) + 1;
    let length = 0;
    for (let slot = 0; slot < end; slot++) {
      let count = 0;
      for (let thread = 0; thread < live.length; thread++) count += live[thread]![slot]!; // arrays have SLOTS elements
      if (count === 0) continue;
      draftSlots[length] = slot;
      draftCounts[length++] = count;
    }
    return LatencyCounts.#ofDraft(length);
  }

  plus(other: LatencyCounts): LatencyCounts {
    if (other.total === 0) return this;
    if (this.total === 0) return other;
    return this.#with(other, 1);
  }

  /** Returns the durations recorded after `earlier`, an older copy of the same live slots. */
  minus(earlier: LatencyCounts): LatencyCounts {
    return earlier.total === 0 ? this : this.#with(earlier, -1);
  }

  /** Merges both in slot order: at the end of a run, many histograms of one second each are added. */
  #with(other: LatencyCounts, sign: 1 | -1): LatencyCounts {
    const [ours, theirs] = [this.#slots, other.#slots];
    let [a, b, length] = [0, 0, 0];
    // Infinity past the end. Inside, each slot has a count.
    while (a < ours.length || b < theirs.length) {
      const slot = Math.min(ours[a] ?? Infinity, theirs[b] ?? Infinity);
      let count = 0;
      if (ours[a] === slot) count += this.#counts[a++]!;
      if (theirs[b] === slot) count += sign * other.#counts[b++]!;
      if (count === 0) continue;
      draftSlots[length] = slot;
      draftCounts[length++] = count;
    }
    return LatencyCounts.#ofDraft(length);
  }

  /** @param length of the draft */
  static #ofDraft(length: number): LatencyCounts {
    return new LatencyCounts(draftSlots.subarray(0, length), draftCounts.subarray(0, length));
  }

  /**
   * Percentile in seconds: the smallest slot's middle that `percent` (0 to 100) of all durations do not exceed;
   * `undefined` for an empty histogram.
   */
  percentile(percent: number): number | undefined {
    if (this.total === 0) return undefined;
    // 99.9 is not exact in binary: without this tolerance, p99.9 of 41,000 would be rank 40,960 instead of 40,959.
    const rank = Math.max(1, Math.ceil(((percent * this.total) / 100) * (1 - 4 * Number.EPSILON)));
    const { low, high } = this.boundsOfRank(rank) ?? { low: NaN, high: NaN };
    return (low + high) / 2;
  }

  /**
   * Bounds in seconds of the duration with a rank in ascending order, as precise as its slot.
   * @param rank 1 to `total`; `undefined` beyond
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

  /** Number of durations up to and including the slot of `seconds`. */
  countUpTo(seconds: number): number {
    const last = slotOf(Math.min(Math.max(0, Math.round(seconds * 1e6)), MAX_MICROS));
    let count = 0;
    for (let at = 0; at < this.#slots.length && this.#slots[at]! <= last; at++) {
      count += this.#counts[at]!; // one for each slot
    }
    return count;
  }

  /** Calls `visit` for each non-empty slot, ascending, with its count. */
  forEachSlot(visit: (slot: number, count: number) => void): void {
    for (let at = 0; at < this.#slots.length; at++) visit(this.#slots[at]!, this.#counts[at]!); // one for each slot
  }

  /** Calls `visit` for each non-empty slot, ascending, with its middle in seconds and its count. */
  forEachMiddle(visit: (seconds: number, count: number) => void): void {
    this.forEachSlot((slot, count) => visit((lowestOf(slot) + highestOf(slot)) / 2e6, count));
  }

  /** Yields each non-empty slot, ascending: its lowest duration in microseconds, and its count. */
  *recorded(): Generator<readonly [micros: number, count: number]> {
    for (let at = 0; at < this.#slots.length; at++) {
      yield [lowestOf(this.#slots[at]!), this.#counts[at]!]; // one for each slot
    }
  }

  /** Number of non-empty slots. */
  get slotCount(): number {
    return this.#slots.length;
  }
}

/** Empty histogram. */
export const EMPTY_LATENCIES: LatencyCounts = LatencyCounts.sumOf([]);
