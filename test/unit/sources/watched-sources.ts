import { parseCondition } from '../../../src/conditions/parse.ts';
import type { SourceCondition } from '../../../src/conditions/condition.ts';
import type { StartCondition } from '../../../src/plan/gate.ts';
import type { ProfileName } from '../../../src/plan/source-plan.ts';
import { type ConditionChange, ConditionWatch, type Watch } from '../../../src/sources/conditions/watch.ts';
import { type MeasureOptions, SourceMeasure } from '../../../src/sources/measures/source-measure.ts';
import { NameFilter } from '../../../src/sources/parse/name-filter.ts';
import { ExpositionParser } from '../../../src/sources/parse/exposition-parser.ts';
import { SeriesCatalog } from '../../../src/sources/parse/series-catalog.ts';
import { SourceValues } from '../../../src/sources/values/source-values.ts';
import { VirtualClock } from '../../virtual-clock.ts';

interface SourceSketch {
  readonly name: string;
  readonly profile?: ProfileName;
  readonly match?: readonly string[];
}

/** Sources whose interval is a second, and whose values a test sets, on a clock that it moves. */
export class WatchedSources {
  readonly clock = new VirtualClock();
  readonly #sources;
  readonly #watches = new Set<ConditionWatch>();
  readonly #measures: SourceMeasure[] = [];

  constructor(...sketches: readonly SourceSketch[]) {
    this.#sources = sketches.map(({ name, profile, match = [] }) => ({
      name,
      plan: { profile },
      filter: new NameFilter(match),
      values: new SourceValues(1000),
      catalog: new SeriesCatalog(),
    }));
  }

  get watches(): number {
    return this.#watches.size;
  }

  /** A source is read. */
  says(text: string, name = 'db'): void {
    const source = this.#sourceOf(name);
    const parser = new ExpositionParser({ filter: source.filter, catalog: source.catalog, maxSeries: 100 });
    parser.feed(Buffer.from(text));
    const { values, types } = parser.end();
    const atMs = this.clock.nowMs();
    const before = source.values.reading;
    source.values.set({ sentMs: atMs, atMs, epochMs: this.clock.epochMs(), values, types });
    for (const watch of this.#watches) watch.update(source, before, atMs);
    for (const measure of this.#measures) measure.note(source);
  }

  /** An attempt to read a source fails. */
  fails(name = 'db'): void {
    const source = this.#sourceOf(name);
    for (const watch of this.#watches) watch.update(source, source.values.reading, this.clock.nowMs());
    for (const measure of this.#measures) measure.note(source);
  }

  /** Time passes, and then a source is read. */
  saysAfter(ms: number, text: string, name = 'db'): void {
    this.clock.pass(ms);
    this.says(text, name);
  }

  watch = (condition: SourceCondition, onChange: (change: ConditionChange) => void = () => {}): Watch => {
    const watch = new ConditionWatch(condition, this.#sources, this.clock.nowMs, onChange);
    this.#watches.add(watch);
    return {
      verdict: () => watch.verdict(),
      unread: () => watch.unread(),
      close: () => void this.#watches.delete(watch),
    };
  };

  measure(of: MeasureOptions): SourceMeasure {
    const measure = new SourceMeasure(of, this.#sources, this.clock.nowMs);
    this.#measures.push(measure);
    return measure;
  }

  #sourceOf(name: string) {
    const source = this.#sources.find((one) => one.name === name);
    if (source === undefined) throw new Error(`no such source: ${name}`);
    return source;
  }
}

export function conditionOf(text: string): SourceCondition {
  const parsed = parseCondition(text);
  if ('fault' in parsed) throw new Error(parsed.fault.message);
  return parsed.condition;
}

/** A wait condition; by default for at most a minute. */
export function waitForOf(text: string, changes: Partial<StartCondition> = {}): StartCondition {
  return { text, condition: conditionOf(text), timeoutMs: 60_000, forMs: 0, ...changes };
}
