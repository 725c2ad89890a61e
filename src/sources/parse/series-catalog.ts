import { parseLabels } from './parse-labels.ts';
import type { Series } from './series.ts';

interface Entry {
  readonly series: Series;
  /** Number of the last document that had it. */
  seen: number;
}

/**
 * The series of one source by how their lines begin: names and labels come again in each document, spelled alike, and so
 * are read once.
 */
export class SeriesCatalog {
  readonly #entries = new Map<string, Entry>();
  /** The same, whatever the order of their labels. */
  readonly #bySeries = new Map<string, Entry>();
  #document = 0;

  /** Another document begins. What the one before did not have is forgotten, however little of it there was. */
  begin(): void {
    for (const entries of [this.#entries, this.#bySeries]) {
      for (const [key, { seen }] of entries) if (seen !== this.#document) entries.delete(key);
    }
    this.#document++;
  }

  /**
   * The series that a line begins with.
   * @param head from its name to the end of its labels
   * @param nameLength characters of the name
   */
  take(head: string, nameLength: number): Series | 'bad labels' | 'seen before' {
    const entry = this.#entries.get(head) ?? this.#add(head, nameLength);
    if (entry === undefined) return 'bad labels';
    if (entry.seen === this.#document) return 'seen before';
    entry.seen = this.#document;
    return entry.series;
  }

  #add(found: string, nameLength: number): Entry | undefined {
    // A copy: a part of a string keeps the whole of it, here a piece of the document, in memory.
    const head = Buffer.from(found).toString();
    const braces = head.slice(nameLength).trim();
    const labels = braces === '' ? {} : parseLabels(braces.slice(1, -1));
    if (labels === undefined) return undefined;
    const name = head.slice(0, nameLength);
    const key = JSON.stringify([name, ...Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
    const entry = this.#bySeries.get(key) ?? { series: { name, labels, key }, seen: 0 };
    this.#bySeries.set(key, entry);
    this.#entries.set(head, entry);
    return entry;
  }
}
