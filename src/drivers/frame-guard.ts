import type { Duplex } from 'node:stream';
import { LoadbotError, messageOf } from '../core/errors.ts';
import { ClassifiedError } from './classify-error.ts';

/** Checks the bytes that a server sends before the client library reads them. */
export interface StreamCheck {
  /**
   * Takes the bytes that arrive next.
   * @returns the bytes that the library may read now; `undefined`: none yet
   * @throws {Error} when they break the protocol
   */
  accept(chunk: Buffer): Buffer | undefined;
}

/**
 * Puts a check between a socket and the client library that reads from it. Client libraries trust a server's length
 * fields: a wrong one costs them gigabytes, an endless loop or an exception inside of a `data` event, which ends the
 * thread. Here bytes that break the protocol, and exceptions of the library, destroy the socket with an error of the
 * class `protocol`, so that one request fails and its connection is opened again.
 * @param stream a TCP or TLS socket; call this before it has read anything
 */
export function guardStream(stream: Duplex, check: StreamCheck): void {
  const emit = stream.emit.bind(stream) as (event: string | symbol, ...values: unknown[]) => boolean;
  const guarded = (event: string | symbol, ...values: unknown[]): boolean => {
    if (event !== 'data') return emit(event, ...values);
    try {
      const checked = check.accept(values[0] as Buffer);
      return checked === undefined || emit('data', checked);
    } catch (error) {
      // An error of ours is not the server's.
      if (error instanceof LoadbotError) throw error;
      stream.destroy(protocolError(error));
      return true;
    }
  };
  stream.emit = guarded as Duplex['emit'];
}

/**
 * Shows each piece that a client library writes to a socket, before it is sent. Call this after `connect`, which undoes
 * it.
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
    : new ClassifiedError('protocol', `the client library cannot read the answer: ${messageOf(error)}`);
}

/** How a protocol delimits its frames: each begins with a header that holds its length. */
export interface FrameFormat {
  readonly headerBytes: number;
  /**
   * The length of the frame that begins at `start`, header included, in bytes.
   * @throws {ClassifiedError} when the header is not one of the protocol
   */
  frameBytes(buffer: Buffer, start: number): number;
  /**
   * Checks a whole frame.
   * @throws {ClassifiedError} when the library must not see it
   */
  check(buffer: Buffer, start: number, end: number): void;
}

/** Passes on whole frames only, each checked first. Holds back at most one frame that is not complete yet. */
export class FrameReader implements StreamCheck {
  readonly #format: FrameFormat;
  /** The beginning of a frame. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Bytes that have to be there before there is anything new to see. */
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

  /** Checks the frames that are complete, and gives where they end. */
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
