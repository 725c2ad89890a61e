import { COMPRESSION_ERROR, ConnectionViolation } from './errors.ts';
import { type HeaderBlock, malformed, readBlock } from './header-block.ts';
import { FIELD_BYTES, HeaderTable } from './header-table.ts';
import { decodeHuffman, maxDecodedBytes } from './huffman.ts';
import { KnownBlock } from './known-block.ts';
import { DYNAMIC_FROM } from './static-table.ts';

/** Uses of a header block; blocks of one use are often the same from response to response. */
export const RESPONSE = 0;
export const TRAILERS = 1;
type Use = typeof RESPONSE | typeof TRAILERS;

/** Most texts fit in here, decoded; all decoders of a thread share it. */
const SCRATCH = Buffer.allocUnsafeSlow(16 * 1024);

/** Decoder of the header blocks of one connection (RFC 7541). */
export class HeaderDecoder {
  readonly #mostBytes: number;
  readonly #table = new HeaderTable();
  readonly #known: readonly [KnownBlock, KnownBlock] = [new KnownBlock(), new KnownBlock()];
  #bytes: Buffer = SCRATCH;
  #at = 0;
  #to = 0;
  /** Fields of the block in progress. */
  #fields: string[] = [];
  /** Size of the header list, with 32 bytes for each field in addition. */
  #listBytes = 0;
  /** The block in progress refers to the dynamic table. */
  #refers = false;
  #resizes = false;
  /** Fields that the block in progress has added to the dynamic table. */
  #inserted: string[] = [];

  /** @param mostBytes maximum size of a header list */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /**
   * Decodes a complete header block.
   * @throws {ConnectionViolation} when it is not valid, so that later blocks cannot be decoded
   */
  decode(bytes: Buffer, from: number, to: number, use: Use): HeaderBlock {
    const known = this.#known[use];
    if (known.isAgain(bytes, from, to, this.#table)) return known.block;
    this.#bytes = bytes;
    this.#at = from;
    this.#to = to;
    this.#fields = [];
    this.#inserted = [];
    this.#listBytes = 0;
    this.#refers = this.#resizes = false;
    while (this.#at < this.#to) this.#field();
    const block =
      this.#listBytes > this.#mostBytes
        ? malformed(this.#fields, `more than ${this.#mostBytes} bytes of headers (max_header_size)`)
        : readBlock(this.#fields);
    if (!this.#resizes) known.remember(bytes, from, to, block, this.#inserted, this.#refers ? this.#table : undefined);
    return block;
  }

  #field(): void {
    const first = this.#bytes[this.#at]!; // before the end
    if ((first & 0x80) !== 0) {
      const index = this.#index(0x7f);
      this.#add(this.#table.nameAt(index), this.#table.valueAt(index));
    } else if ((first & 0x40) !== 0) {
      const name = this.#name(0x3f);
      const value = this.#text();
      this.#add(name, value);
      this.#table.insert(name, value);
      this.#inserted.push(name, value);
    } else if ((first & 0x20) !== 0) {
      if (this.#fields.length > 0) throw invalid('a change of the table size after a field');
      this.#resizes = true;
      this.#table.resize(this.#integer(0x1f));
    } else {
      const name = this.#name(0x0f);
      this.#add(name, this.#text());
    }
  }

  /** Adds a field, unless the list is too large: then the rest is decoded only for the dynamic table. */
  #add(name: string, value: string): void {
    this.#listBytes += name.length + value.length + FIELD_BYTES;
    if (this.#listBytes <= this.#mostBytes) this.#fields.push(name, value);
  }

  #name(mask: number): string {
    if ((this.#bytes[this.#at]! & mask) !== 0) return this.#table.nameAt(this.#index(mask)); // before the end
    this.#at++;
    return this.#text();
  }

  #index(mask: number): number {
    const index = this.#integer(mask);
    if (index >= DYNAMIC_FROM) this.#refers = true;
    return index;
  }

  /** Reads an integer whose first byte holds the bits of `mask` (RFC 7541, section 5.1). */
  #integer(mask: number): number {
    let value = this.#bytes[this.#at++]! & mask; // before the end
    if (value < mask) return value;
    for (let shift = 0; ; shift += 7) {
      if (this.#at >= this.#to) throw invalid('an incomplete number');
      const byte = this.#bytes[this.#at++]!; // before the end
      if (shift > 21) throw invalid('a number that is too large');
      value += (byte & 0x7f) << shift;
      if ((byte & 0x80) === 0) return value;
    }
  }

  #text(): string {
    if (this.#at >= this.#to) throw invalid('an incomplete field');
    const isCoded = (this.#bytes[this.#at]! & 0x80) !== 0; // before the end
    const length = this.#integer(0x7f);
    const from = this.#at;
    if (length > this.#to - from) throw invalid('an incomplete text');
    this.#at = from + length;
    if (!isCoded) return this.#bytes.toString('latin1', from, this.#at);
    const most = maxDecodedBytes(length);
    const scratch = most <= SCRATCH.length ? SCRATCH : Buffer.allocUnsafeSlow(most);
    const decoded = decodeHuffman(this.#bytes, from, this.#at, scratch);
    if (decoded < 0) throw invalid('a text with an invalid Huffman code');
    return scratch.toString('latin1', 0, decoded);
  }
}

function invalid(what: string): ConnectionViolation {
  return new ConnectionViolation(COMPRESSION_ERROR, `the server sent a header block with ${what}`);
}
