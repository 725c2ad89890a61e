import type { Labels } from '../../metrics/family.ts';

/** A time series of a source. The same object as long as the source exposes it. */
export interface Series {
  /** Sample name, including suffixes such as `_total` or `_bucket`. */
  readonly name: string;
  readonly labels: Labels;
  /** Key of name and labels, independent of label order; unique within the source. */
  readonly key: string;
}

/** A series and its value in one document. */
export interface SeriesValue {
  readonly series: Series;
  readonly value: number;
}

/** Sample name suffixes by type of family. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  info: ['_info'],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['_sum', '_count'],
};

/** Maps each possible sample name to its name in `# TYPE`. */
export function ownersOf(types: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const [name, type] of types) for (const suffix of SUFFIXES[type] ?? []) owners.set(name + suffix, name);
  // A family with exactly this name takes precedence over a suffix of another.
  for (const name of types.keys()) owners.set(name, name);
  return owners;
}
