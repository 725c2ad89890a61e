import type { Exposition, Labels, NativeHistogram } from '../../metrics/family.ts';

/** A label's name and value. */
export type Label = readonly [name: string, value: string];

/** Identity of a series: its labels in the receiver's form, including its name as `__name__`. */
export interface SeriesIdentity {
  /** Sorted by name, without empty values. */
  readonly labels: readonly Label[];
  /** Unique key of the labels. */
  readonly key: string;
}

/** A series and its value, or a stale marker. */
export interface SeriesSample extends SeriesIdentity {
  readonly value: number | 'stale' | NativeHistogram;
}

/** Converts every sample of an exposition into a series, in order. */
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
    // Prometheus treats an empty label as absent, and receivers reject empty label values.
    if (value !== '') all.push([name, value]);
  }
  // Label names are ASCII, so the order of UTF-16 units equals the byte order that receivers check.
  all.sort(([a], [b]) => (a < b ? -1 : 1));
  return { labels: all, key: JSON.stringify(all) };
}

/** Series that were sent to a receiver and have no stale marker yet. */
export class LiveSeries {
  #live = new Map<string, SeriesIdentity>();

  /** Records the current series; returns stale markers for those that have disappeared since the last call. */
  replace(present: readonly SeriesSample[]): SeriesSample[] {
    const before = this.#live;
    this.#live = new Map(present.map(({ labels, key }) => [key, { labels, key }]));
    return [...before.values()].filter(({ key }) => !this.#live.has(key)).map(endOf);
  }

  /** Returns stale markers for all live series, and removes them. */
  end(): SeriesSample[] {
    return this.replace([]);
  }
}

function endOf({ labels, key }: SeriesIdentity): SeriesSample {
  return { labels, key, value: 'stale' };
}
