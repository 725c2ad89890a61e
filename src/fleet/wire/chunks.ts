import { WireError } from './wire-error.ts';

/** Limit of a message that is sent in chunks, in bytes. */
export const MAX_CHUNKED_BYTES = 64 * 1024 * 1024;
/** Limit of the number of its chunks. */
const MAX_CHUNKS = 10_000;

/** Place of a chunk in its message. */
export interface ChunkPlace {
  /** From 0 to `chunks - 1`. */
  readonly chunk: number;
  readonly chunks: number;
  /** Bytes of the whole message. */
  readonly bytes: number;
}

/** One chunk of a message. */
export interface Chunk extends ChunkPlace {
  readonly data: Uint8Array;
}

/**
 * Splits a message into chunks without copying it; at least one.
 * @param mostBytes of one chunk: the payload of the bus, less what is around it
 * @throws {WireError} for a message beyond the limits
 */
export function splitChunks(message: Uint8Array, mostBytes: number): readonly Chunk[] {
  const chunks = Math.max(1, Math.ceil(message.length / Math.max(1, mostBytes)));
  checkSize({ chunks, bytes: message.length });
  return Array.from({ length: chunks }, (_, chunk) => ({
    chunk,
    chunks,
    bytes: message.length,
    data: message.subarray(chunk * mostBytes, (chunk + 1) * mostBytes),
  }));
}

/** Joins the untrusted chunks of one message, which may arrive more than once, and in any order. */
export class ChunkJoiner {
  #parts: (Uint8Array | undefined)[] = [];
  #place: Omit<ChunkPlace, 'chunk'> | undefined;
  #received = 0;
  #missing = 0;

  /**
   * Adds a chunk; its data is copied.
   * @returns the message once all chunks have arrived, `undefined` before
   * @throws {WireError} for a chunk that does not fit to the others or exceeds the limits
   */
  add({ chunk, chunks, bytes, data }: Chunk): Uint8Array | undefined {
    if (this.#place === undefined) {
      checkSize({ chunks, bytes });
      this.#place = { chunks, bytes };
      this.#parts = Array.from({ length: chunks }, () => undefined);
      this.#missing = chunks;
    }
    if (chunks !== this.#place.chunks || bytes !== this.#place.bytes) {
      throw new WireError(
        `a chunk belongs to a message of ${bytes} bytes in ${chunks} chunks, but ${this.#place.bytes} bytes in ` +
          `${this.#place.chunks} chunks are expected`,
      );
    }
    if (!Number.isInteger(chunk) || chunk < 0 || chunk >= chunks) {
      throw new WireError(`chunk ${chunk} of ${chunks} does not exist`);
    }
    if (this.#parts[chunk] === undefined) this.#keep(chunk, data);
    if (this.#missing > 0) return undefined;
    if (this.#received !== bytes) {
      throw new WireError(`the chunks have ${this.#received} bytes, the message has ${bytes}`);
    }
    return Buffer.concat(this.#parts as Uint8Array[]); // none is missing
  }

  #keep(chunk: number, data: Uint8Array): void {
    if (this.#received + data.length > this.#place!.bytes)
      throw new WireError('the chunks are larger than the message');
    this.#parts[chunk] = data.slice();
    this.#received += data.length;
    this.#missing--;
  }
}

function checkSize({ chunks, bytes }: Omit<ChunkPlace, 'chunk'>): void {
  const valid = Number.isInteger(chunks) && chunks >= 1 && Number.isInteger(bytes) && bytes >= 0;
  if (!valid) throw new WireError(`a message of ${bytes} bytes in ${chunks} chunks is not valid`);
  if (bytes > MAX_CHUNKED_BYTES || chunks > MAX_CHUNKS) {
    throw new WireError(
      `a message of ${bytes} bytes in ${chunks} chunks exceeds ${MAX_CHUNKED_BYTES} bytes or ${MAX_CHUNKS} chunks`,
    );
  }
}
