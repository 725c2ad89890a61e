import type { Selector, MeasuredValues } from '../../conditions/condition.ts';
import type { Statistic } from '../../conditions/parse-measure.ts';
import type { ProfileName } from '../../plan/source-plan.ts';
import { formatLabels } from '../../metrics/text.ts';
import { SeriesMatcher, type ObservedSource } from '../conditions/series-matcher.ts';
import type { Series } from '../parse/series.ts';
import { isDocumentedCounter } from '../profiles/source-phases.ts';
import type { SourceScrape } from '../attempt.ts';
import { SlidingWindow } from '../conditions/window.ts';

/** Selector, statistic and load of a measure. */
export interface MeasureOptions {
  readonly statistic: Statistic;
  readonly selector: Selector;
}

/** A source with the values that a measure needs. */
export interface MeasuredSource extends ObservedSource {
  readonly plan: { readonly profile: ProfileName | undefined };
}

/** Maximum number of series of one measure. */
const MAX_SERIES = 10_000;

/** Progress of one source within the measured interval. */
interface Followed {
  /** Time of the last reading before or during the measured interval. */
  readMs: number | undefined;
  /** Time of the last reading within the interval, or the first one after it. */
  withinMs: number | undefined;
  /** Whether a reading after the end has been added. */
  closed: boolean;
}

/**
 * Measures the series of a selector while load runs. Counters increase from the last reading before the load to the
 * first one after it. Other series use the readings within the interval, or the first one after it when there was none.
 */
export class SourceMeasure {
  readonly #of: MeasureOptions;
  readonly #sources: readonly MeasuredSource[];
  readonly #matcher: SeriesMatcher;
  readonly #nowMs: () => number;
  readonly #followed = new Map<string, Followed>();
  readonly #summaries = new Map<string, { source: string; series: Series; summary: SeriesSummary }>();
  #loads = 0;
  #begun = false;
  #endedMs: number | undefined;

  constructor(of: MeasureOptions, sources: readonly MeasuredSource[], nowMs: () => number) {
    this.#of = of;
    this.#matcher = new SeriesMatcher(of.selector);
    this.#sources = sources.filter(
      ({ name, filter }) => this.#matcher.matchesSource(name) && filter.wants(this.#matcher.name),
    );
    this.#nowMs = nowMs;
  }

  /** Starts the interval with a load. With several loads, it lasts from the first start to the last end. */
  begin(): void {
    if (this.#loads++ > 0) return;
    this.#endedMs = undefined;
    for (const source of this.#sources) {
      const followed = this.#followedOf(source);
      followed.closed = false;
      const { reading } = source.values;
      if (!this.#begun && reading !== undefined) this.#bound(source, followed, reading);
    }
    this.#begun = true;
  }

  /** Ends a load. */
  end(): void {
    if (--this.#loads === 0) this.#endedMs = this.#nowMs();
  }

  /** Adds a source's latest reading. */
  note(source: MeasuredSource): void {
    const { reading } = source.values;
    if (!this.#begun || reading === undefined || !this.#sources.includes(source)) return;
    const followed = this.#followedOf(source);
    if (followed.closed || reading.atMs === followed.readMs) return;
    const isAfter = this.#endedMs !== undefined && reading.atMs > this.#endedMs;
    for (const [series, value] of this.#valuesOf(source)) {
      const summary = this.#summaryOf(source, series, followed.readMs);
      if (isAfter && summary?.isEmpty === false) summary.bound(reading.atMs, value);
      else summary?.add(reading.atMs, value);
    }
    if (!isAfter || followed.withinMs === undefined) followed.withinMs = reading.atMs;
    followed.readMs = reading.atMs;
    followed.closed = isAfter;
  }

  /** Result so far, or at the end. */
  measured(): MeasuredValues {
    if (!this.#begun) return { values: [], shortage: 'the load never started' };
    if (this.#sources.length === 0) return { values: [], shortage: 'no source has it: check their `match`' };
    const { statistic } = this.#of;
    const all = [...this.#summaries.values()];
    const values = all.flatMap(({ source, series, summary }) => {
      const { readMs = NaN, withinMs = NaN } = this.#followed.get(source) ?? {};
      const value = summary.valueOf(statistic, statistic === 'last' ? withinMs : readMs);
      return value === undefined ? [] : [{ series: series.name + formatLabels(series.labels), value }];
    });
    const owners = this.#sources.filter(({ name }) => all.some(({ source }) => source === name));
    const unread = (owners.length > 0 ? owners : this.#sources).filter((source) => !this.#isKnown(source));
    if (unread.length > 0) return { values, shortage: `cannot read ${namesOf(unread)}` };
    if (values.length > 0) return { values, shortage: undefined };
    const isCounted = statistic === 'increase' || statistic === 'rate';
    // Clients expose a counter only after its first increment. A missing series that is documented as a counter
    // therefore counts as 0.
    const documented = this.#sources.some(({ plan }) => isDocumentedCounter(this.#matcher.name, plan.profile));
    if (isCounted && all.length === 0 && documented) {
      return { values: [{ series: this.#matcher.name, value: 0 }], shortage: undefined };
    }
    return { values, shortage: `no such series at ${namesOf(this.#sources)}` };
  }

  /** Whether the source was read since the start and, if not after the end, shortly before it. */
  #isKnown({ name, values }: MeasuredSource): boolean {
    const followed = this.#followed.get(name);
    if (followed?.withinMs === undefined) return false;
    return followed.closed || values.isKnown(this.#endedMs ?? this.#nowMs());
  }

  /** Adds the reading before the interval, the baseline of counters. */
  #bound(source: MeasuredSource, followed: Followed, { atMs }: SourceScrape): void {
    for (const [series, value] of this.#valuesOf(source))
      this.#summaryOf(source, series, undefined)?.bound(atMs, value);
    followed.readMs = atMs;
  }

  #valuesOf({ values }: MeasuredSource): readonly (readonly [series: Series, value: number])[] {
    return values
      .named(this.#matcher.name)
      .filter(({ series }) => this.#matcher.matchesLabels(series))
      .map(({ series, value }) => [series, value]);
  }

  #followedOf({ name }: MeasuredSource): Followed {
    const known = this.#followed.get(name) ?? { readMs: undefined, withinMs: undefined, closed: false };
    this.#followed.set(name, known);
    return known;
  }

  #summaryOf({ name }: MeasuredSource, series: Series, bornAfterMs: number | undefined): SeriesSummary | undefined {
    const key = `${name} ${series.key}`;
    const known = this.#summaries.get(key);
    if (known !== undefined || this.#summaries.size >= MAX_SERIES) return known?.summary;
    const summary = new SeriesSummary(bornAfterMs);
    this.#summaries.set(key, { source: name, series, summary });
    return summary;
  }
}

function namesOf(sources: readonly MeasuredSource[]): string {
  return `source${sources.length === 1 ? '' : 's'} ${sources.map(({ name }) => name).join(', ')}`;
}

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
