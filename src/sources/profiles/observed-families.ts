import { ownersOf } from '../parse/family-of.ts';
import type { SourceScrape } from '../source-scrape.ts';

/** A family as exposed by an endpoint. */
export interface ObservedFamily {
  /** Name with the suffix that OpenMetrics counts as part of a counter's type. */
  readonly name: string;
  readonly type: string;
  /** Distinct sets of label names of its series, without the labels of the type. */
  readonly labelSets: readonly (readonly string[])[];
}

const OF_THE_TYPE: ReadonlySet<string> = new Set(['le', 'quantile']);

/** Families of a reading by name, including those without samples. Samples without a type are `untyped`. */
export function observeFamilies({ values, types }: SourceScrape): ReadonlyMap<string, ObservedFamily> {
  const families = new Map<string, { readonly type: string; readonly sets: Map<string, readonly string[]> }>();
  const owners = ownersOf(types);
  const silent = new Set(types.keys());
  for (const { series } of values) {
    const typed = owners.get(series.name);
    if (typed !== undefined) silent.delete(typed);
    const type = types.get(typed ?? '') ?? 'untyped';
    // OpenMetrics names the family of a counter or info without the suffix of its samples.
    const name = typed === undefined || type === 'counter' || type === 'info' ? series.name : typed;
    const family = families.get(name) ?? { type, sets: new Map<string, readonly string[]>() };
    const labels = Object.keys(series.labels).filter((label) => !OF_THE_TYPE.has(label));
    families.set(name, family);
    family.sets.set(labels.join(','), labels);
  }
  for (const name of silent) families.set(name, { type: types.get(name) ?? 'untyped', sets: new Map() });
  return new Map(
    [...families].map(([name, { type, sets }]) => [
      name,
      { name, type: TEXT_TYPES[type] ?? type, labelSets: [...sets.values()] },
    ]),
  );
}

/** Text format names of types that exist only in OpenMetrics. */
const TEXT_TYPES: Readonly<Record<string, string>> = { unknown: 'untyped', info: 'gauge', stateset: 'gauge' };
