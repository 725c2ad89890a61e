import type { TimeRange, Selector } from '../../conditions/condition.ts';
import type { SeriesValue, Series } from '../parse/series.ts';
import type { SourceValues } from '../values/source-values.ts';
import type { ConditionInput, KnownSeries, SeriesIncrease, SeriesObservation } from './evaluate.ts';
import { type ObservedSource, SeriesMatcher } from './series-matcher.ts';
import { SlidingWindow } from './window.ts';

/** Values of the sources, as input of one condition. */
export class SourceConditionInput implements ConditionInput {
  readonly #sources: readonly ObservedSource[];
  readonly #nowMs: () => number;
  readonly #matchers = new Map<Selector, SeriesMatcher>();
  readonly #ranges = new Map<TimeRange, RangeValues>();

  /** @param ranges time ranges of the condition, recorded from now on */
  constructor(sources: readonly ObservedSource[], ranges: readonly TimeRange[], nowMs: () => number) {
    this.#sources = sources;
    this.#nowMs = nowMs;
    for (const range of ranges) this.#ranges.set(range, new RangeValues(range, this.#matcherOf(range.selector)));
    for (const source of sources) this.note(source);
  }

  /** Records a source's latest reading. */
  note(source: ObservedSource): void {
    for (const range of this.#ranges.values()) range.note(source);
  }

  now(selector: Selector): KnownSeries {
    const matcher = this.#matcherOf(selector);
    const values = this.#sources
      .filter(({ name, values }) => matcher.matchesSource(name) && values.isKnown(this.#nowMs()))
      .flatMap(({ values }) => matching(values, matcher));
    return { values, complete: this.#isComplete(matcher) };
  }

  rises(range: TimeRange): KnownSeries<SeriesIncrease> {
    return {
      values: this.#valuesOf(range).rises(this.#nowMs()),
      complete: this.#isComplete(this.#matcherOf(range.selector)),
    };
  }

  extremes(range: TimeRange, which: 'min' | 'max'): KnownSeries {
    const values = this.#valuesOf(range).extremes(this.#nowMs(), which);
    return { values, complete: this.#isComplete(this.#matcherOf(range.selector)) };
  }

  /** Names of the sources that make the selector's value unknown. */
  unread(selector: Selector): readonly string[] {
    const owners = this.#ownersOf(this.#matcherOf(selector));
    return owners.filter(({ values }) => !values.isKnown(this.#nowMs())).map(({ name }) => name);
  }

  /**
   * Whether every source with such series responds; if none has them, every source that may have them. A source that
   * never responded is not required once another one has the series.
   */
  #isComplete(matcher: SeriesMatcher): boolean {
    return this.#ownersOf(matcher).every(({ values }) => values.isKnown(this.#nowMs()));
  }

  /** Sources with such series; if none has them, those that may have them. */
  #ownersOf(matcher: SeriesMatcher): readonly ObservedSource[] {
    const able = this.#sources.filter(({ name, filter }) => matcher.matchesSource(name) && filter.wants(matcher.name));
    const owners = able.filter(({ values }) => matching(values, matcher).length > 0);
    return owners.length > 0 ? owners : able;
  }

  #matcherOf(selector: Selector): SeriesMatcher {
    const matcher = this.#matchers.get(selector) ?? new SeriesMatcher(selector);
    this.#matchers.set(selector, matcher);
    return matcher;
  }

  #valuesOf(range: TimeRange): RangeValues {
    const values = this.#ranges.get(range) ?? new RangeValues(range, this.#matcherOf(range.selector));
    this.#ranges.set(range, values);
    return values;
  }
}

function matching(values: SourceValues, matcher: SeriesMatcher): readonly SeriesValue[] {
  return values.named(matcher.name).filter(({ series }) => matcher.matchesLabels(series));
}

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
