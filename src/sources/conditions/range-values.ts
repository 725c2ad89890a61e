import type { TimeRange } from '../../conditions/condition.ts';
import type { Series } from '../parse/series.ts';
import type { SeriesObservation, SeriesIncrease } from './evaluate.ts';
import type { ObservedSource } from './observed-source.ts';
import type { SeriesMatcher } from './series-matcher.ts';
import { SlidingWindow } from './window.ts';

/** Maximum number of series of one time range. */
const MAX_SERIES = 10_000;

interface SeriesWindow {
  readonly series: Series;
  readonly window: SlidingWindow;
}

/** Values of a selector's series over a time range that ends now. */
export class RangeValues {
  readonly #windowMs: number;
  readonly #matcher: SeriesMatcher;
  /** By source and series. Kept while a series is absent; otherwise it would return as a series that rose from 0. */
  readonly #windows = new Map<string, SeriesWindow>();
  /** Time of each source's last added reading. */
  readonly #notedMs = new Map<string, number>();

  constructor({ windowMs }: TimeRange, matcher: SeriesMatcher) {
    this.#windowMs = windowMs;
    this.#matcher = matcher;
  }

  /** Adds a source's latest reading, unless it was already added. */
  note({ name, values }: ObservedSource): void {
    const { reading } = values;
    const beforeMs = this.#notedMs.get(name);
    if (reading === undefined || reading.atMs === beforeMs || !this.#matcher.matchesSource(name)) return;
    this.#notedMs.set(name, reading.atMs);
    for (const { series, value } of values.named(this.#matcher.name)) {
      if (!this.#matcher.matchesLabels(series)) continue;
      this.#windowOf(`${name} ${series.key}`, series, beforeMs)?.add(reading.atMs, value);
    }
  }

  rises(nowMs: number): readonly SeriesIncrease[] {
    return this.#collect(({ series, window }) => {
      const rise = window.rise(nowMs);
      return rise && { series, ...rise };
    });
  }

  extremes(nowMs: number, which: 'min' | 'max'): readonly SeriesObservation[] {
    return this.#collect(({ series, window }) => {
      const value = which === 'min' ? window.lowest(nowMs) : window.highest(nowMs);
      return value === undefined ? undefined : { series, value };
    });
  }

  #collect<Value>(read: (window: SeriesWindow) => Value | undefined): readonly Value[] {
    return [...this.#windows.values()].map(read).filter((value) => value !== undefined);
  }

  #windowOf(key: string, series: Series, beforeMs: number | undefined): SlidingWindow | undefined {
    const known = this.#windows.get(key);
    if (known !== undefined || this.#windows.size >= MAX_SERIES) return known?.window;
    const window = new SlidingWindow(this.#windowMs, beforeMs);
    this.#windows.set(key, { series, window });
    return window;
  }
}
