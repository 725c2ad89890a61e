import type { SeriesIdentity, SeriesSample } from './series.ts';

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
