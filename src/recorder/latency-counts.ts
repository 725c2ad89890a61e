import { build, type Histogram } from 'hdr-histogram-js';
import { highestOf, lowestOf, MAX_MICROS, SLOTS } from './latency-index.ts';

/** An immutable copy of a fine-grained latency histogram; percentiles are exact to 3 significant digits. */
export class LatencyCounts {
  readonly #counts: Float64Array;
  /** Recorded durations. */
  readonly total: number;

  private constructor(counts: Float64Array) {
    this.#counts = counts;
    let total = 0;
    for (const count of counts) total += count;
    this.total = total;
  }

  static readonly empty = new LatencyCounts(new Float64Array(0));

  /** The sum of live slots, one array for each thread, as they are at this moment. */
  static sumOf(live: readonly Float64Array[]): LatencyCounts {
    const counts = new Float64Array(SLOTS);
    for (const slots of live) {
      for (let slot = 0; slot < SLOTS; slot++) counts[slot]! += slots[slot]!; // both are SLOTS long
    }
    return new LatencyCounts(counts);
  }

  plus(other: LatencyCounts): LatencyCounts {
    if (other.total === 0) return this;
    if (this.total === 0) return other;
    return LatencyCounts.sumOf([this.#counts, other.#counts]);
  }

  /**
   * The duration in seconds that `percent` (0 to 100) of all durations do not exceed, as the middle of its slot;
   * `undefined` when nothing was recorded.
   */
  percentile(percent: number): number | undefined {
    if (this.total === 0) return undefined;
    const rank = Math.max(1, Math.ceil((percent / 100) * this.total));
    let seen = 0;
    for (let slot = 0; slot < this.#counts.length; slot++) {
      seen += this.#counts[slot]!; // inside the array
      if (seen >= rank) return (lowestOf(slot) + highestOf(slot)) / 2 / 1e6;
    }
    return undefined;
  }

  /** The same distribution as an HdrHistogram in microseconds, for its encoding and its tools. */
  toHistogram(): Histogram {
    // 64-bit counts: the library's 16-bit ones wrap without a word.
    const histogram = build({
      bitBucketSize: 64,
      lowestDiscernibleValue: 1,
      highestTrackableValue: MAX_MICROS,
      numberOfSignificantValueDigits: 3,
      autoResize: false,
    });
    this.#counts.forEach((count, slot) => {
      if (count > 0) histogram.recordValueWithCount(lowestOf(slot), count);
    });
    return histogram;
  }
}
