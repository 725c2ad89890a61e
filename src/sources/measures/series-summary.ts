import type { Statistic } from '../../core/condition/parse-measure.ts';
import { Window } from '../conditions/window.ts';

/** What the values of one series came to during some time, in room that does not grow. */
export class SeriesSummary {
  readonly #rises: Window;
  #count = 0;
  #sum = 0;
  #lowest = Infinity;
  #highest = -Infinity;
  #last: { readonly atMs: number; readonly value: number } | undefined;

  /** @param bornAfterMs when the source was read last without the series: its first value is then a rise from 0 */
  constructor(bornAfterMs: number | undefined) {
    this.#rises = new Window(Infinity, bornAfterMs);
  }

  /** A value from before that time, or from after it: counters rise from there, and up to there. */
  bound(atMs: number, value: number): void {
    this.#rises.add(atMs, value);
  }

  /** A value from within that time. */
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
   * `undefined` where its values do not say that.
   * @param lastReadMs when its source was read last within that time: a series that was gone by then has no last value
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
