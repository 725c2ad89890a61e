import type { SeriesIdentity, SeriesSample } from './series.ts';

/** Which series a receiver has been told of and not yet told to have ended. */
export class LiveSeries {
  #live = new Map<string, SeriesIdentity>();

  /** Takes note of all that there is now; returns the marks for what there was the last time and is no more. */
  replace(present: readonly SeriesSample[]): SeriesSample[] {
    const before = this.#live;
    this.#live = new Map(present.map(({ labels, key }) => [key, { labels, key }]));
    return [...before.values()].filter(({ key }) => !this.#live.has(key)).map(endOf);
  }

  /** The marks for everything that still lives; nothing does afterwards. */
  end(): SeriesSample[] {
    return this.replace([]);
  }
}

function endOf({ labels, key }: SeriesIdentity): SeriesSample {
  return { labels, key, value: 'stale' };
}
