import type { Series } from './series.ts';
import type { Labels } from '../../metrics/family.ts';

interface Entry {
  readonly series: Series;
  /** Number of the last document with the series. */
  seen: number;
}

/**
 * Cache of one source's series by the start of their lines: names and labels repeat in each document with the same
 * spelling, so they are parsed once.
 */
export class SeriesCatalog {
  readonly #entries = new Map<string, Entry>();
  /** By series key, which does not depend on the order of labels. */
  readonly #bySeries = new Map<string, Entry>();
  #document = 0;

  /** Starts another document. Series that the previous document did not have are removed, even if it was incomplete. */
  begin(): void {
    for (const entries of [this.#entries, this.#bySeries]) {
      for (const [key, { seen }] of entries) if (seen !== this.#document) entries.delete(key);
    }
    this.#document++;
  }

  /**
   * Series of a line.
   * @param head text from the name to the end of the labels
   * @param nameLength length of the name in characters
   */
  take(head: string, nameLength: number): Series | 'bad labels' | 'seen before' {
    const entry = this.#entries.get(head) ?? this.#add(head, nameLength);
    if (entry === undefined) return 'bad labels';
    if (entry.seen === this.#document) return 'seen before';
    entry.seen = this.#document;
    return entry.series;
  }

  #add(found: string, nameLength: number): Entry | undefined {
    // A copy, because a substring keeps the whole chunk of the document in memory.
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

const LABEL = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(,?)/sy;
const END = /[ \t]*$/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '"': '"', '\\': '\\' };

/**
 * Parses the text between the braces; `undefined` when it is malformed or has a duplicate label. Called once per
 * series, so speed does not matter.
 */
export function parseLabels(text: string): Labels | undefined {
  const labels = new Map<string, string>();
  let at = 0;
  let more = true;
  while (!isEnd(text, at)) {
    LABEL.lastIndex = at;
    const found: RegExpExecArray | null = more ? LABEL.exec(text) : null;
    if (found === null) return undefined;
    const [whole, name = '', value = '', comma = '']: readonly string[] = found;
    if (labels.has(name)) return undefined;
    labels.set(name, value.includes('\\') ? unescape(value) : value);
    at += whole.length;
    more = comma === ',';
  }
  return Object.fromEntries(labels);
}

function isEnd(text: string, at: number): boolean {
  END.lastIndex = at;
  return END.test(text);
}

/** An unknown escape sequence stays unchanged. */
function unescape(value: string): string {
  return value.replaceAll(/\\(.)/gs, (escape, character: string) => ESCAPES[character] ?? escape);
}
