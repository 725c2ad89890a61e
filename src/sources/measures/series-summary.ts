import type { Statistic } from '../../conditions/parse-measure.ts';
import { SlidingWindow } from '../conditions/window.ts';

/** Summary of one series over a time interval, in constant memory. */
export class SeriesSummary {
  readonly #rises: SlidingWindow;
  #count = 0;
  #sum = 0;
  #lowest = Infinity;
  #highest = -Infinity;
  #last: { readonly atMs: number; readonly value: number } | undefined;

  /**
   * @param bornAfterMs last reading of the source without the series: its first value then counts as an increase from 0
   */
  constructor(bornAfterMs: number | undefined) {
    this.#rises = new SlidingWindow(Infinity, bornAfterMs);
  }

  /** Adds a value from before or after the interval; counters increase from and up to these values. */
  bound(atMs: number, value: number): void {
    this.#rises.add(atMs, value);
  }

  /** Adds a value within the interval. */
  add(atMs: number, value: number): void {
    if (Number.isNaN(value)) return;
    this.#rises.add(atMs, value);
    this.#count++;
    this.#sum += value;
    this.#lowest = Math.min(this.#lowest, value);
    this.#highest = Math.max(this.#highest, value);
    this.#last = { atMs, value };
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /**
   * Value of a statistic; `undefined` when the values do not determine it.
   * @param lastReadMs last reading of the source within the interval: a series that was absent then has no last value
   */
  valueOf(statistic: Statistic, lastReadMs: number): number | undefined {
    if (statistic === 'increase' || statistic === 'rate') {
      const rise = this.#rises.rise(lastReadMs);
      if (statistic === 'increase' || rise === undefined) return rise?.by;
      return rise.duringMs > 0 ? (rise.by * 1000) / rise.duringMs : undefined;
    }
    if (this.isEmpty) return undefined;
    if (statistic === 'last') return this.#last?.atMs === lastReadMs ? this.#last.value : undefined;
    if (statistic === 'avg') return this.#sum / this.#count;
    return statistic === 'min' ? this.#lowest : this.#highest;
  }
}
