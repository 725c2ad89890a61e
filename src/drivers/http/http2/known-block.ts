import { type HeaderBlock, readBlock } from './header-block.ts';
import type { HeaderTable } from './header-table.ts';

/** Longer blocks are not remembered. */
const MOST_BYTES = 1024;
const FIRST_BYTES = 128;

/**
 * The block that was decoded last. Blocks of a server are often the same until its clock ticks, and comparing takes a
 * tenth of the time of decoding.
 */
export class KnownBlock {
  #bytes = Buffer.alloc(0);
  /** Length of the block in bytes; -1: none is remembered. */
  #length = -1;
  #inserted: readonly string[] = [];
  /** Version of the table for which the block's indexes are valid; -1: it has none. */
  #validAt = -1;
  block: HeaderBlock = readBlock([]);

  /** Whether the bytes mean the same block. Then its effect on the table is repeated. */
  isAgain(bytes: Buffer, from: number, to: number, table: HeaderTable): boolean {
    const length = to - from;
    if (length !== this.#length || (this.#validAt !== -1 && this.#validAt !== table.version)) return false;
    const known = this.#bytes;
    for (let at = 0; at < length; at++) if (known[at] !== bytes[from + at]) return false;
    const inserted = this.#inserted;
    for (let at = 0; at < inserted.length; at += 2) table.insert(inserted[at]!, inserted[at + 1]!); // pairs
    return true;
  }

  /** @param table to which the block refers; `undefined`: it does not */
  remember(
    bytes: Buffer,
    from: number,
    to: number,
    block: HeaderBlock,
    inserted: readonly string[],
    table: HeaderTable | undefined,
  ): void {
    this.#length = -1;
    const length = to - from;
    // The indexes of a block that both refers and inserts mean something else the next time.
    if (length > MOST_BYTES || (table !== undefined && inserted.length > 0)) return;
    if (this.#bytes.length < length) this.#bytes = Buffer.allocUnsafeSlow(Math.max(length, FIRST_BYTES));
    bytes.copy(this.#bytes, 0, from, to);
    this.#length = length;
    this.#inserted = inserted;
    this.#validAt = table?.version ?? -1;
    this.block = block;
  }
}
