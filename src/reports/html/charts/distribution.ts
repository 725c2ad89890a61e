import { decodeFromCompressedBase64, JsHistogram } from 'hdr-histogram-js';
import type { ResultDocument } from '../../result-document.ts';

export type Times = ResultDocument['jobs'][number]['service_time'];

/** Points for each tenfold of requests; enough that lines through them look like steps where there are steps. */
const POINTS_A_DECADE = 24;

/** Percentiles that tables name, as `1 / (1 - p)`: the chart has them exactly. */
const NAMED = [1, 2, 4, 10, 20, 100, 1000, 10_000];

/**
 * The horizontal axis of these distributions, as `1 / (1 - p)`: how many requests there are for each one that takes
 * longer. It ends at twice their number: no percentile beyond that says more than the maximum.
 */
export function percentileAxis(distributions: readonly Times[]): number[] {
  const ends = distributions.map(({ count }) => 2 * count).filter((end) => end > 0);
  const end = Math.max(1, ...ends);
  const steps = Array.from({ length: Math.floor(Math.log10(end) * POINTS_A_DECADE) }, (_, step) =>
    Number((10 ** (step / POINTS_A_DECADE)).toPrecision(5)),
  );
  return [...new Set([...NAMED.filter((one) => one <= end), ...steps, ...ends])].toSorted((a, b) => a - b);
}

/**
 * Seconds at each place of the axis, by the same rule as the percentiles of the document: what a share of all durations
 * does not exceed, never above the exact maximum. `null` beyond what the distribution can tell.
 */
export function valuesAlong(axis: readonly number[], { count, hdr, max_seconds: max }: Times): (number | null)[] {
  const durations = new Durations(hdr);
  return axis.map((x) => {
    if (count === 0 || x > 2 * count) return null;
    const rank = Math.max(1, Math.ceil(count * (1 - 1 / x) * (1 - 4 * Number.EPSILON)));
    return Math.min(durations.atRank(rank), max ?? Infinity);
  });
}

/** The durations of an encoded histogram in their order, read once. */
class Durations {
  readonly #histogram: JsHistogram;
  #seen = 0;
  #seconds = 0;

  constructor(hdr: string) {
    // 64-bit counts: the library's usual 32 bits wrap without a word.
    const histogram = decodeFromCompressedBase64(hdr, 64);
    if (!(histogram instanceof JsHistogram)) throw new TypeError('the histogram was not decoded in JavaScript');
    this.#histogram = histogram;
    histogram.recordedValuesIterator.reset();
  }

  /** Seconds of the duration with this rank, as the middle of its slot. Ranks must not descend. */
  atRank(rank: number): number {
    const { recordedValuesIterator: iterator } = this.#histogram;
    while (this.#seen < rank && iterator.hasNext()) {
      const { valueIteratedTo: value, totalCountToThisValue: seen } = iterator.next();
      this.#seen = seen;
      const micros = this.#histogram.lowestEquivalentValue(value) + this.#histogram.highestEquivalentValue(value);
      this.#seconds = micros / 2 / 1e6;
    }
    return this.#seconds;
  }
}
