import type { TimeRange, Selector } from '../../conditions/condition.ts';
import type { SeriesValue } from '../parse/series.ts';
import type { SourceValues } from '../values/source-values.ts';
import type { ConditionInput, KnownSeries, SeriesIncrease } from './evaluate.ts';
import type { ObservedSource } from './observed-source.ts';
import { RangeValues } from './range-values.ts';
import { SeriesMatcher } from './series-matcher.ts';

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
