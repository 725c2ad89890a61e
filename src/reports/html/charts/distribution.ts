import type { JsHistogram } from 'hdr-histogram-js';
import { decodeDurations } from '../../document/decode-durations.ts';
import type { ResultDurations } from '../../document/result-document.ts';

/** Points per decade; enough for steps to look like steps. */
const POINTS_A_DECADE = 24;

/** Percentiles that tables show, as `1 / (1 - p)`: exact points of the chart. */
const NAMED = [1, 2, 4, 10, 20, 100, 1000, 10_000];

/**
 * Builds the horizontal axis of the distributions, as `1 / (1 - p)`: the number of requests per slower one. It ends at
 * twice the number of requests, since higher percentiles equal the maximum.
 */
export function percentileAxis(distributions: readonly ResultDurations[]): number[] {
  const ends = distributions.map(({ count }) => 2 * count).filter((end) => end > 0);
  const end = Math.max(1, ...ends);
  const steps = Array.from({ length: Math.floor(Math.log10(end) * POINTS_A_DECADE) }, (_, step) =>
    Number((10 ** (step / POINTS_A_DECADE)).toPrecision(5)),
  );
  return [...new Set([...NAMED.filter((one) => one <= end), ...steps, ...ends])].toSorted((a, b) => a - b);
}

/**
 * Returns the seconds at each axis value, by the same rule as the percentiles of the document: the duration that a
 * share of all durations does not exceed, at most the exact maximum. `null` beyond the resolution of the distribution.
 * @param place names the durations in messages
 * @throws {LoadbotError} `config_invalid` if the histogram is damaged
 */
export function valuesAlong(axis: readonly number[], times: ResultDurations, place: string): (number | null)[] {
  const { count, max_seconds: max } = times;
  const durations = new Durations(decodeDurations(times, place));
  return axis.map((x) => {
    if (count === 0 || x > 2 * count) return null;
    const rank = Math.max(1, Math.ceil(count * (1 - 1 / x) * (1 - 4 * Number.EPSILON)));
    return Math.min(durations.atRank(rank), max ?? Infinity);
  });
}

/** Iterates over the durations of an encoded histogram in ascending order. */
class Durations {
  readonly #histogram: JsHistogram;
  #seen = 0;
  #seconds = 0;

  constructor(histogram: JsHistogram) {
    this.#histogram = histogram;
    histogram.recordedValuesIterator.reset();
  }

  /** Seconds of the duration with this rank, as the middle of its histogram slot. Ranks must not descend. */
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
