import type { Duplex } from 'node:stream';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import { ClassifiedError } from './classify-error.ts';

/** Validates the bytes from a server before the client library reads them. */
export interface StreamCheck {
  /**
   * Accepts the next received bytes.
   * @returns the validated bytes for the library; `undefined`: none yet
   * @throws {Error} when the bytes violate the protocol
   */
  accept(chunk: Buffer): Buffer | undefined;
}

/**
 * Inserts a check between a socket and the client library that reads from it. Client libraries trust a server's length
 * fields: an invalid length can cost gigabytes, an endless loop, or an exception in a `data` event that ends the
 * thread. With the guard, invalid bytes and exceptions of the library destroy the socket with an error of class
 * `protocol`, so that one request fails and its connection is reopened.
 * @param stream a TCP or TLS socket that has not read anything yet
 */
export function guardStream(stream: Duplex, check: StreamCheck): void {
  const emit = stream.emit.bind(stream) as (event: string | symbol, ...values: unknown[]) => boolean;
  const guarded = (event: string | symbol, ...values: unknown[]): boolean => {
    if (event !== 'data') return emit(event, ...values);
    try {
      const checked = check.accept(values[0] as Buffer);
      return checked === undefined || emit('data', checked);
    } catch (error) {
      // A LoadbotError is the agent's own and not a protocol error.
      if (error instanceof LoadbotError) throw error;
      stream.destroy(protocolError(error));
      return true;
    }
  };
  stream.emit = guarded as Duplex['emit'];
}

/**
 * Passes each chunk that a client library writes to `see` before it is sent. Call this after `connect`, which would
 * undo it.
 */
export function watchWrites(stream: Duplex, see: (bytes: Uint8Array) => void): void {
  const write = stream.write.bind(stream) as (...values: unknown[]) => boolean;
  const watched = (...values: unknown[]): boolean => {
    if (values[0] instanceof Uint8Array) see(values[0]);
    return write(...values);
  };
  stream.write = watched as Duplex['write'];
}

function protocolError(error: unknown): ClassifiedError {
  return error instanceof ClassifiedError
    ? error
    : new ClassifiedError('protocol', `the client library cannot parse the response: ${messageOf(error)}`);
}

/** Frame format of a protocol: each frame begins with a header that contains its length. */
export interface FrameFormat {
  readonly headerBytes: number;
  /**
   * Length of the frame that begins at `start`, header included, in bytes.
   * @throws {ClassifiedError} when the header is malformed
   */
  frameBytes(buffer: Buffer, start: number): number;
  /**
   * Validates a whole frame.
   * @throws {ClassifiedError} when the frame is invalid or unsafe for the library
   */
  check(buffer: Buffer, start: number, end: number): void;
}

/** Passes on only complete, validated frames. Buffers at most one incomplete frame. */
export class FrameReader implements StreamCheck {
  readonly #format: FrameFormat;
  /** Chunks of an incomplete frame. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Number of bytes needed before the next parse. */
  #needed: number;

  constructor(format: FrameFormat) {
    this.#format = format;
    this.#needed = format.headerBytes;
  }

  accept(chunk: Buffer): Buffer | undefined {
    const available = this.#heldBytes + chunk.length;
    if (available < this.#needed) {
      this.#hold(chunk, available);
      return undefined;
    }
    const buffer = this.#heldBytes === 0 ? chunk : Buffer.concat([...this.#held, chunk], available);
    const end = this.#wholeFrames(buffer);
    this.#held = [];
    this.#heldBytes = 0;
    if (end === buffer.length) return buffer;
    this.#hold(buffer.subarray(end), buffer.length - end);
    return end === 0 ? undefined : buffer.subarray(0, end);
  }

  #hold(bytes: Buffer, total: number): void {
    this.#held.push(bytes);
    this.#heldBytes = total;
  }

  /** Validates the complete frames and returns the end of the last one. */
  #wholeFrames(buffer: Buffer): number {
    const { headerBytes } = this.#format;
    let start = 0;
    this.#needed = headerBytes;
    while (buffer.length - start >= headerBytes) {
      const length = this.#format.frameBytes(buffer, start);
      if (buffer.length - start < length) {
        this.#needed = length;
        break;
      }
      this.#format.check(buffer, start, start + length);
      start += length;
    }
    return start;
  }
}
