import { ownersOf, type Series } from '../parse/series.ts';
import type { SourceScrape } from '../attempt.ts';
import { type Point, SeriesHistory } from './series-history.ts';

/** A series and its values over the run. */
export interface RecordedSeries {
  readonly series: Series;
  /** Type of the series' family in the last document; `undefined`: not declared. */
  readonly type: string | undefined;
  readonly points: readonly Point[];
}

interface HistoryOptions {
  readonly intervalMs: number;
  readonly maxSeries: number;
  readonly maxPoints: number;
}

interface Recorded {
  readonly series: Series;
  readonly history: SeriesHistory;
}

/**
 * Values of a source's series over the run. Series requested by name have priority. The others fill the remaining
 * space, except for histogram buckets, which would take all of it.
 */
export class SourceHistory {
  readonly #options: HistoryOptions;
  readonly #asked = new Map<string, Recorded>();
  readonly #others = new Map<string, Recorded>();
  readonly #names = new Set<string>();
  #types: SourceScrape['types'] = new Map();

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** Gives priority to the series of this name from now on. */
  prioritize(name: string): void {
    this.#names.add(name);
  }

  add({ atMs, values, types }: SourceScrape): void {
    this.#types = types;
    for (const { series, value } of values) {
      this.#find(series)?.history.add({ atMs, value });
    }
  }

  get series(): readonly RecordedSeries[] {
    const all = [...this.#asked.values(), ...this.#others.values()];
    const owners = ownersOf(this.#types);
    return all.map(({ series, history }) => {
      const type = this.#types.get(owners.get(series.name) ?? '');
      return { series, type, points: history.points };
    });
  }

  #find(series: Series): Recorded | undefined {
    const known = this.#asked.get(series.key) ?? this.#others.get(series.key);
    if (known !== undefined) return known;
    const isAsked = this.#names.has(series.name);
    if (!isAsked && 'le' in series.labels) return undefined;
    if (!this.#hasRoom(isAsked)) return undefined;
    const recorded = { series, history: new SeriesHistory(this.#options.intervalMs, this.#options.maxPoints) };
    (isAsked ? this.#asked : this.#others).set(series.key, recorded);
    return recorded;
  }

  /** Evicts other series to make space for requested ones. */
  #hasRoom(isAsked: boolean): boolean {
    if (this.#asked.size + this.#others.size < this.#options.maxSeries) return true;
    const [last] = isAsked ? [...this.#others.keys()].slice(-1) : [];
    return last !== undefined && this.#others.delete(last);
  }
}
