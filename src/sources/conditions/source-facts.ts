import type { Range, Selector } from '../../core/condition/condition.ts';
import type { SeriesValue } from '../parse/series.ts';
import type { SourceValues } from '../values/source-values.ts';
import type { Facts, Known, SeenRise } from './evaluate.ts';
import type { ObservedSource } from './observed-source.ts';
import { RangeValues } from './range-values.ts';
import { SeriesMatcher } from './series-matcher.ts';

/** What the sources have said, as one condition looks at it. */
export class SourceFacts implements Facts {
  readonly #sources: readonly ObservedSource[];
  readonly #nowMs: () => number;
  readonly #matchers = new Map<Selector, SeriesMatcher>();
  readonly #ranges = new Map<Range, RangeValues>();

  /** @param ranges the spans of time that the condition looks at: what happens in them is noted from now on */
  constructor(sources: readonly ObservedSource[], ranges: readonly Range[], nowMs: () => number) {
    this.#sources = sources;
    this.#nowMs = nowMs;
    for (const range of ranges) this.#ranges.set(range, new RangeValues(range, this.#matcherOf(range.selector)));
    for (const source of sources) this.note(source);
  }

  /** Notes what a source has just said. */
  note(source: ObservedSource): void {
    for (const range of this.#ranges.values()) range.note(source);
  }

  now(selector: Selector): Known {
    const matcher = this.#matcherOf(selector);
    const values = this.#sources
      .filter(({ name, values }) => matcher.matchesSource(name) && values.isKnown(this.#nowMs()))
      .flatMap(({ values }) => matching(values, matcher));
    return { values, complete: this.#isComplete(matcher) };
  }

  rises(range: Range): Known<SeenRise> {
    return {
      values: this.#valuesOf(range).rises(this.#nowMs()),
      complete: this.#isComplete(this.#matcherOf(range.selector)),
    };
  }

  extremes(range: Range, which: 'min' | 'max'): Known {
    const values = this.#valuesOf(range).extremes(this.#nowMs(), which);
    return { values, complete: this.#isComplete(this.#matcherOf(range.selector)) };
  }

  /** Names of the sources that keep it from being known. */
  unread(selector: Selector): readonly string[] {
    const owners = this.#ownersOf(this.#matcherOf(selector));
    return owners.filter(({ values }) => !values.isKnown(this.#nowMs())).map(({ name }) => name);
  }

  /**
   * Whether every source answers that has such series; where none has, every one that may have. One that never answered is
   * not waited for once another has them.
   */
  #isComplete(matcher: SeriesMatcher): boolean {
    return this.#ownersOf(matcher).every(({ values }) => values.isKnown(this.#nowMs()));
  }

  /** The sources that have such series; where none has, those that may have. */
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

  #valuesOf(range: Range): RangeValues {
    const values = this.#ranges.get(range) ?? new RangeValues(range, this.#matcherOf(range.selector));
    this.#ranges.set(range, values);
    return values;
  }
}

function matching(values: SourceValues, matcher: SeriesMatcher): readonly SeriesValue[] {
  return values.named(matcher.name).filter(({ series }) => matcher.matchesLabels(series));
}
