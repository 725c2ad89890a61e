import { COMPRESSION_ERROR, ConnectionViolation } from './errors.ts';
import { DYNAMIC_FROM, STATIC_NAMES, STATIC_VALUES } from './static-table.ts';

/** Size that header compression counts for each field in addition to its name and value, in bytes. */
export const FIELD_BYTES = 32;

/** Size of the dynamic table that the server may use, in bytes: the default of HTTP/2. */
export const TABLE_BYTES = 4096;

/** Maximum number of entries of the dynamic table, a power of 2. */
const MOST_ENTRIES = TABLE_BYTES / FIELD_BYTES;

/** Static and dynamic table of a header decoder (RFC 7541, section 2.3). */
export class HeaderTable {
  /** Ring of the dynamic entries. */
  readonly #names: string[] = [];
  readonly #values: string[] = [];
  #entries = 0;
  #bytes = 0;
  #mostBytes = TABLE_BYTES;
  #insertions = 0;
  /** Changes so far. While it stays the same, the same indexes mean the same fields. */
  version = 0;

  /** @throws {ConnectionViolation} when there is no such entry */
  nameAt(index: number): string {
    return index < DYNAMIC_FROM ? this.#fixed(STATIC_NAMES, index) : this.#names[this.#slot(index)]!; // slots of entries are set
  }

  /** @throws {ConnectionViolation} when there is no such entry */
  valueAt(index: number): string {
    return index < DYNAMIC_FROM ? this.#fixed(STATIC_VALUES, index) : this.#values[this.#slot(index)]!; // slots of entries are set
  }

  /** Adds an entry, and removes the oldest ones that do not fit beside it. */
  insert(name: string, value: string): void {
    const bytes = name.length + value.length + FIELD_BYTES;
    this.#shrink(this.#mostBytes - bytes);
    if (bytes > this.#mostBytes) return;
    this.version++;
    const slot = this.#insertions++ % MOST_ENTRIES;
    this.#names[slot] = name;
    this.#values[slot] = value;
    this.#entries++;
    this.#bytes += bytes;
  }

  /** @throws {ConnectionViolation} when the size is larger than this side allows */
  resize(bytes: number): void {
    if (bytes > TABLE_BYTES)
      throw new ConnectionViolation(
        COMPRESSION_ERROR,
        `the server set its header table to ${bytes} bytes, more than ${TABLE_BYTES}`,
      );
    this.version++;
    this.#mostBytes = bytes;
    this.#shrink(bytes);
  }

  #shrink(mostBytes: number): void {
    while (this.#entries > 0 && this.#bytes > mostBytes) {
      const oldest = (this.#insertions - this.#entries) % MOST_ENTRIES;
      this.#bytes -= this.#names[oldest]!.length + this.#values[oldest]!.length + FIELD_BYTES; // set by insert
      this.#entries--;
    }
  }

  #fixed(entries: readonly string[], index: number): string {
    if (index === 0) throw new ConnectionViolation(COMPRESSION_ERROR, 'the server sent a header with index 0');
    return entries[index]!; // below the first dynamic index
  }

  #slot(index: number): number {
    const age = index - DYNAMIC_FROM;
    if (age < this.#entries) return (this.#insertions - 1 - age) % MOST_ENTRIES;
    throw new ConnectionViolation(COMPRESSION_ERROR, `the server sent a header with the unknown index ${index}`);
  }
}
