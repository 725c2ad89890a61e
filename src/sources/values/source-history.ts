import { ownersOf } from '../parse/family-of.ts';
import type { Reading } from '../reading.ts';
import type { Series } from '../parse/series.ts';
import { type Point, SeriesHistory } from './series-history.ts';

/** One series and its values over the run. */
export interface RecordedSeries {
  readonly series: Series;
  /** Of its family, as the document that was read last spells it; `undefined`: it does not say. */
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
 * The values of a source's series over the run. Those that somebody asked for by name come first; the others fill what room
 * there is, but for buckets of histograms, which would take all of it.
 */
export class SourceHistory {
  readonly #options: HistoryOptions;
  readonly #asked = new Map<string, Recorded>();
  readonly #others = new Map<string, Recorded>();
  readonly #names = new Set<string>();
  #types: Reading['types'] = new Map();

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** From now on the series of this name come first. */
  ask(name: string): void {
    this.#names.add(name);
  }

  add({ atMs, values, types }: Reading): void {
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

  /** Makes room for what was asked for. */
  #hasRoom(isAsked: boolean): boolean {
    if (this.#asked.size + this.#others.size < this.#options.maxSeries) return true;
    const [last] = isAsked ? [...this.#others.keys()].slice(-1) : [];
    return last !== undefined && this.#others.delete(last);
  }
}
