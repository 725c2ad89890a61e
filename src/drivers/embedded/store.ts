import type { Json } from '../../core/target.ts';

export type Document = Readonly<Record<string, Json>>;

/** Fields and their values as text. */
type Criteria = readonly (readonly [name: string, value: string])[];

interface Entry {
  document: Document;
  /** The document's JSON, made when it is first read. */
  text: string | undefined;
}

/** Named collections of JSON documents in memory, in the order of insertion. */
export class DocumentStore {
  readonly #collections = new Map<string, Map<string, Entry>>();

  /** Adds a document under its key. @returns false when the key exists; nothing has changed then */
  insert(collection: string, key: string, document: Document): boolean {
    let entries = this.#collections.get(collection);
    if (entries === undefined) this.#collections.set(collection, (entries = new Map()));
    if (entries.has(key)) return false;
    entries.set(key, { document, text: undefined });
    return true;
  }

  /** JSON of the document under a key. */
  read(collection: string, key: string): string | undefined {
    const entry = this.#collections.get(collection)?.get(key);
    return entry === undefined ? undefined : textOf(entry);
  }

  /** JSON of the first documents whose fields, as text, all equal the criteria. */
  find(collection: string, criteria: Criteria, limit: number): string[] {
    const found: string[] = [];
    for (const entry of this.#collections.get(collection)?.values() ?? []) {
      if (found.length === limit) break;
      if (matches(entry, criteria)) found.push(textOf(entry));
    }
    return found;
  }

  /** Key of the first document whose fields, as text, all equal the criteria. */
  firstKey(collection: string, criteria: Criteria): string | undefined {
    for (const [key, entry] of this.#collections.get(collection) ?? []) if (matches(entry, criteria)) return key;
    return undefined;
  }

  /** Sets top-level fields of a document; its `_id` stays. @returns false when there is no such document */
  merge(collection: string, key: string, changes: Document): boolean {
    const entry = this.#collections.get(collection)?.get(key);
    if (entry === undefined) return false;
    const { _id: _, ...fields } = changes;
    entry.document = { ...entry.document, ...fields };
    entry.text = undefined;
    return true;
  }

  /** Removes a collection. @returns how many documents it had, or nothing when there is none */
  drop(collection: string): number | undefined {
    const count = this.#collections.get(collection)?.size;
    this.#collections.delete(collection);
    return count;
  }

  /** Documents per collection. */
  counts(): Record<string, number> {
    return Object.fromEntries(Array.from(this.#collections, ([name, entries]) => [name, entries.size]));
  }
}

function matches({ document }: Entry, criteria: Criteria): boolean {
  return criteria.every(([name, value]) => fieldText(document[name]) === value);
}

/** A value as keys and queries write it: a string as it is, anything else as JSON. */
export function fieldText(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function textOf(entry: Entry): string {
  return (entry.text ??= JSON.stringify(entry.document));
}
