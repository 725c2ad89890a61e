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
      breakStream(stream, error);
      return true;
    }
  };
  stream.emit = guarded as Duplex['emit'];
}

/** Validates bytes in a buffer that is reused for the next read. */
export interface ReusedBufferCheck {
  /**
   * Accepts the first `length` bytes of the buffer, which must be copied to keep them.
   * @returns a copy of the validated bytes for the library; `undefined`: none yet
   * @throws {Error} when the bytes violate the protocol
   */
  acceptReused(buffer: Buffer, length: number): Buffer | undefined;
}

/**
 * Reads the next bytes of a socket with `onread`, whose library listens to `data`; like `guardStream`, without an
 * allocation for bytes that the check keeps to itself.
 */
export function guardRead(stream: Duplex, check: ReusedBufferCheck, buffer: Buffer, length: number): void {
  try {
    const checked = check.acceptReused(buffer, length);
    if (checked !== undefined) stream.emit('data', checked);
  } catch (error) {
    breakStream(stream, error);
  }
}

function breakStream(stream: Duplex, error: unknown): void {
  // A LoadbotError is the agent's own and not a protocol error.
  if (error instanceof LoadbotError) throw error;
  stream.destroy(protocolError(error));
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
    const end = this.#wholeFrames(buffer, buffer.length);
    this.#held = [];
    this.#heldBytes = 0;
    if (end === buffer.length) return buffer;
    this.#hold(buffer.subarray(end), buffer.length - end);
    return end === 0 ? undefined : buffer.subarray(0, end);
  }

  /** Whether no incomplete frame is buffered. */
  get isEmpty(): boolean {
    return this.#heldBytes === 0;
  }

  /**
   * Accepts the first `length` bytes of a buffer that is reused afterwards; requires that no incomplete frame is
   * buffered. Copies nothing but an incomplete frame.
   * @returns end of the validated frames, which begin at 0
   */
  acceptInPlace(buffer: Buffer, length: number): number {
    const end = this.#wholeFrames(buffer, length);
    if (end < length) this.#hold(Buffer.from(buffer.subarray(end, length)), length - end);
    return end;
  }

  #hold(bytes: Buffer, total: number): void {
    this.#held.push(bytes);
    this.#heldBytes = total;
  }

  /** Validates the complete frames and returns the end of the last one. */
  #wholeFrames(buffer: Buffer, end: number): number {
    const { headerBytes } = this.#format;
    let start = 0;
    this.#needed = headerBytes;
    while (end - start >= headerBytes) {
      const length = this.#format.frameBytes(buffer, start);
      if (end - start < length) {
        this.#needed = length;
        break;
      }
      this.#format.check(buffer, start, start + length);
      start += length;
    }
    return start;
  }
}
