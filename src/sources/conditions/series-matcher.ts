import type { Matcher, Selector } from '../../conditions/condition.ts';
import { compilePattern } from '../../conditions/pattern.ts';
import { LoadbotError } from '../../shared/errors.ts';
import type { Series } from '../parse/series.ts';
import type { NameFilter } from '../parse/name-filter.ts';
import type { SourceValues } from '../values/source-values.ts';

/** Label that conditions use for the source. An exposed label of that name becomes `exported_source`. */
const SOURCE = 'source';
const EXPORTED_SOURCE = 'exported_source';

type Test = (value: string) => boolean;

/** Matches the series of a selector. */
export class SeriesMatcher {
  readonly name: string;
  readonly #ofSource: readonly Test[];
  readonly #ofLabels: readonly (readonly [label: string, test: Test])[];
  readonly #known = new WeakMap<Series, boolean>();

  constructor({ name, matchers }: Selector) {
    this.name = name;
    this.#ofSource = matchers.filter(({ label }) => label === SOURCE).map(testOf);
    this.#ofLabels = matchers
      .filter(({ label }) => label !== SOURCE)
      .map((matcher) => [matcher.label === EXPORTED_SOURCE ? SOURCE : matcher.label, testOf(matcher)]);
  }

  /** Whether the selector may match series of this source. */
  matchesSource(source: string): boolean {
    return this.#ofSource.every((test) => test(source));
  }

  /** Whether the selector matches a series, regardless of its source. */
  matchesLabels(series: Series): boolean {
    let matches = this.#known.get(series);
    if (matches === undefined) {
      matches = this.#ofLabels.every(([label, test]) => test(labelOf(series, label)));
      this.#known.set(series, matches);
    }
    return matches;
  }
}

/** A missing label equals an empty label. */
function labelOf({ labels }: Series, label: string): string {
  return Object.hasOwn(labels, label) ? (labels[label] ?? '') : '';
}

function testOf({ matching, value }: Matcher): Test {
  if (matching === '=') return (text) => text === value;
  if (matching === '!=') return (text) => text !== value;
  const compiled = compilePattern(value);
  if ('fault' in compiled) throw new LoadbotError('internal', `this passed validation: ${value}`);
  const { pattern } = compiled;
  return matching === '=~' ? (text) => pattern.matches(text) : (text) => !pattern.matches(text);
}

/** The part of a source that conditions use. */
export interface ObservedSource {
  readonly name: string;
  readonly filter: NameFilter;
  readonly values: SourceValues;
}
