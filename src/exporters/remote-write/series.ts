import type { Exposition, Labels, NativeHistogram } from '../../metrics/family.ts';

/** A label's name and value. */
export type Label = readonly [name: string, value: string];

/** What identifies a series: its labels as a receiver wants them, its name among them as `__name__`. */
export interface SeriesIdentity {
  /** Sorted by name, none of them empty. */
  readonly labels: readonly Label[];
  /** The same for the same labels, different for different ones. */
  readonly key: string;
}

/** A series and its value, or the mark that it has ended. */
export interface SeriesSample extends SeriesIdentity {
  readonly value: number | 'stale' | NativeHistogram;
}

/** Every sample of an exposition as a series of its own, in the exposition's order. */
export function seriesOf(exposition: Exposition): SeriesSample[] {
  const classic = exposition.families.flatMap(({ name, samples }) =>
    samples.map(({ suffix, labels, value }) => ({ ...identify(name + suffix, labels), value })),
  );
  if (exposition.native === undefined) return classic;
  const native = exposition.native.flatMap(({ name, samples }) =>
    samples.map(({ labels, histogram }) => ({ ...identify(name, labels), value: histogram })),
  );
  return [...classic, ...native];
}

function identify(metricName: string, labels: Labels): SeriesIdentity {
  const all: Label[] = [['__name__', metricName]];
  for (const name in labels) {
    const value = labels[name] ?? '';
    // To Prometheus an empty label and none are the same, and it refuses whoever sends an empty one.
    if (value !== '') all.push([name, value]);
  }
  // Label names are ASCII, so that the order of UTF-16 units is the order of bytes, which receivers check.
  all.sort(([a], [b]) => (a < b ? -1 : 1));
  return { labels: all, key: JSON.stringify(all) };
}
