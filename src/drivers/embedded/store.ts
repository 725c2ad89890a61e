import type { Json } from '../../shared/json.ts';
import { SortedKeys } from './sorted-keys.ts';

export type Document = Readonly<Record<string, Json>>;

/** Field names and their values as text. */
type Criteria = readonly (readonly [name: string, value: string])[];

interface Entry {
  document: Document;
  /** JSON of the document, serialized on first read. */
  text: string | undefined;
}

/** Named collections of JSON documents in memory, in insertion order. */
export class DocumentStore {
  readonly #collections = new Map<string, Map<string, Entry>>();
  /** Keys in order, of the collections that were scanned. */
  readonly #sorted = new Map<string, SortedKeys>();

  /**
   * Adds a document under its key.
   * @returns false when the key exists; nothing changes then
   */
  insert(collection: string, key: string, document: Document): boolean {
    let entries = this.#collections.get(collection);
    if (entries === undefined) this.#collections.set(collection, (entries = new Map()));
    if (entries.has(key)) return false;
    entries.set(key, { document, text: undefined });
    this.#sorted.get(collection)?.insert(key);
    return true;
  }

  /** JSON of the document under a key. */
  read(collection: string, key: string): string | undefined {
    const entry = this.#collections.get(collection)?.get(key);
    return entry === undefined ? undefined : textOf(entry);
  }

  /** JSON of the first documents that match all criteria, compared as text. */
  find(collection: string, criteria: Criteria, limit: number): string[] {
    const found: string[] = [];
    for (const entry of this.#collections.get(collection)?.values() ?? []) {
      if (found.length === limit) break;
      if (matches(entry, criteria)) found.push(textOf(entry));
    }
    return found;
  }

  /** JSON of documents in the order of their keys, beginning with the first key that is not below `from`. */
  scan(collection: string, from: string, limit: number): string[] {
    const entries = this.#collections.get(collection);
    if (entries === undefined) return [];
    let sorted = this.#sorted.get(collection);
    if (sorted === undefined) this.#sorted.set(collection, (sorted = new SortedKeys(entries.keys())));
    return sorted.from(from, limit).map((key) => textOf(entries.get(key)!)); // the same keys
  }

  /** Key of the first document that matches all criteria, compared as text. */
  firstKey(collection: string, criteria: Criteria): string | undefined {
    for (const [key, entry] of this.#collections.get(collection) ?? []) if (matches(entry, criteria)) return key;
    return undefined;
  }

  /**
   * Sets top-level fields of a document; `_id` is immutable.
   * @returns false when the document does not exist
   */
  merge(collection: string, key: string, changes: Document): boolean {
    const entry = this.#collections.get(collection)?.get(key);
    if (entry === undefined) return false;
    const { _id: _, ...fields } = changes;
    entry.document = { ...entry.document, ...fields };
    entry.text = undefined;
    return true;
  }

  /**
   * Removes a document.
   * @returns false when the document does not exist
   */
  remove(collection: string, key: string): boolean {
    this.#sorted.get(collection)?.remove(key);
    return this.#collections.get(collection)?.delete(key) === true;
  }

  /**
   * Removes a collection.
   * @returns its number of documents; `undefined` when it does not exist
   */
  drop(collection: string): number | undefined {
    const count = this.#collections.get(collection)?.size;
    this.#collections.delete(collection);
    this.#sorted.delete(collection);
    return count;
  }

  /** Number of documents per collection. */
  counts(): Record<string, number> {
    return Object.fromEntries(Array.from(this.#collections, ([name, entries]) => [name, entries.size]));
  }
}

function matches({ document }: Entry, criteria: Criteria): boolean {
  return criteria.every(([name, value]) => fieldText(document[name]) === value);
}

/** Text of a value, as in keys and queries: a string unchanged, any other value as JSON. */
export function fieldText(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function textOf(entry: Entry): string {
  return (entry.text ??= JSON.stringify(entry.document));
}
