import { ownersOf } from '../parse/family-of.ts';
import type { Reading } from '../reading.ts';

/** A family as an endpoint exposes it. */
export interface ObservedFamily {
  /** With the suffix that OpenMetrics counts as a part of a counter's type. */
  readonly name: string;
  readonly type: string;
  /** Label names of its series, each set of them once, without those that come with the type. */
  readonly labelSets: readonly (readonly string[])[];
}

const OF_THE_TYPE: ReadonlySet<string> = new Set(['le', 'quantile']);

/** The families of a reading by their names; those without a sample too. Samples without a type are `untyped`. */
export function observeFamilies({ values, types }: Reading): ReadonlyMap<string, ObservedFamily> {
  const families = new Map<string, { readonly type: string; readonly sets: Map<string, readonly string[]> }>();
  const owners = ownersOf(types);
  const silent = new Set(types.keys());
  for (const { series } of values) {
    const typed = owners.get(series.name);
    if (typed !== undefined) silent.delete(typed);
    const type = types.get(typed ?? '') ?? 'untyped';
    // A counter or information of OpenMetrics is named without the suffix that its sample has.
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

/** What the text format calls types that only OpenMetrics has. */
const TEXT_TYPES: Readonly<Record<string, string>> = { unknown: 'untyped', info: 'gauge', stateset: 'gauge' };
