import { DATA, DEFAULT_FRAME_BYTES, HEAD_BYTES, PADDED, readUint31 } from './frames.ts';
import { ConnectionViolation, FRAME_SIZE_ERROR, PROTOCOL_ERROR } from './errors.ts';

/** Receives the frames of a connection. Each method may throw a `ConnectionViolation`. */
export interface Http2FrameListener {
  /** A frame begins. */
  begin(type: number, flags: number, streamId: number, length: number): void;
  /** A part of the content of a DATA frame, without its padding. */
  data(streamId: number, bytes: Buffer, from: number, to: number): void;
  /** The end of a DATA frame. */
  dataEnd(streamId: number, flags: number): void;
  /** A frame of another type, complete; `bytes` is valid until this returns. */
  frame(type: number, flags: number, streamId: number, bytes: Buffer, from: number, to: number): void;
}

/** Splits the bytes of a server into frames (RFC 9113, section 4.1). Buffers at most one incomplete frame. */
export class Http2FrameReader {
  readonly #listener: Http2FrameListener;
  /** Bytes of an incomplete head. */
  readonly #head = Buffer.alloc(HEAD_BYTES);
  #headBytes = 0;
  /** A head was read, and its payload is not complete. */
  #isInFrame = false;
  #length = 0;
  #type = 0;
  #flags = 0;
  #streamId = 0;
  /** Remaining bytes of the payload. */
  #missing = 0;
  /** Padding of a DATA frame; -1: its length comes next. */
  #padding = 0;
  /** Payload of an incomplete frame that is not DATA. */
  #held: Buffer | undefined;
  #heldBytes = 0;
  #isStopped = false;

  constructor(listener: Http2FrameListener) {
    this.#listener = listener;
  }

  /** Ignores all further bytes, also the rest of those that are being read. */
  stop(): void {
    this.#isStopped = true;
  }

  /**
   * Reads the first `length` bytes, which the caller may overwrite afterwards.
   * @throws {ConnectionViolation} when they are not valid, or the listener's
   */
  read(bytes: Buffer, length: number): void {
    let at = 0;
    while (at < length && !this.#isStopped) {
      if (this.#isInFrame)
        at = this.#type === DATA ? this.#readData(bytes, at, length) : this.#readOther(bytes, at, length);
      else at = this.#readHead(bytes, at, length);
    }
  }

  #readHead(bytes: Buffer, at: number, to: number): number {
    if (this.#headBytes === 0 && to - at >= HEAD_BYTES) {
      this.#begin(bytes, at);
      return at + HEAD_BYTES;
    }
    const taken = bytes.copy(this.#head, this.#headBytes, at, Math.min(to, at + HEAD_BYTES - this.#headBytes));
    this.#headBytes += taken;
    if (this.#headBytes === HEAD_BYTES) {
      this.#headBytes = 0;
      this.#begin(this.#head, 0);
    }
    return at + taken;
  }

  #begin(bytes: Buffer, at: number): void {
    const length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!; // a head has 9 bytes
    const type = bytes[at + 3]!;
    const flags = bytes[at + 4]!;
    const streamId = readUint31(bytes, at + 5);
    this.#listener.begin(type, flags, streamId, length);
    if (length > DEFAULT_FRAME_BYTES)
      throw new ConnectionViolation(
        FRAME_SIZE_ERROR,
        `the server sent a frame of ${length} bytes, more than ${DEFAULT_FRAME_BYTES}`,
      );
    this.#length = this.#missing = length;
    this.#type = type;
    this.#flags = flags;
    this.#streamId = streamId;
    this.#heldBytes = 0;
    this.#isInFrame = length > 0;
    if (type === DATA) this.#beginData();
    else if (length === 0) this.#listener.frame(type, flags, streamId, bytes, at, at);
  }

  #beginData(): void {
    const isPadded = (this.#flags & PADDED) !== 0;
    this.#padding = isPadded ? -1 : 0;
    if (this.#length > 0) return;
    if (isPadded) throw paddingTooLong();
    this.#listener.dataEnd(this.#streamId, this.#flags);
  }

  #readData(bytes: Buffer, from: number, length: number): number {
    let at = from;
    if (this.#padding === -1) {
      this.#padding = bytes[at++]!; // before the end
      if (this.#padding >= this.#missing) throw paddingTooLong();
      this.#missing--;
    }
    const to = Math.min(length, at + this.#missing);
    const content = Math.min(to, at + this.#missing - this.#padding);
    this.#missing -= to - at;
    if (content > at) this.#listener.data(this.#streamId, bytes, at, content);
    if (this.#missing === 0 && !this.#isStopped) {
      this.#isInFrame = false;
      this.#listener.dataEnd(this.#streamId, this.#flags);
    }
    return to;
  }

  #readOther(bytes: Buffer, at: number, length: number): number {
    const to = Math.min(length, at + this.#missing);
    this.#missing -= to - at;
    if (this.#missing === 0 && this.#heldBytes === 0) {
      this.#isInFrame = false;
      this.#listener.frame(this.#type, this.#flags, this.#streamId, bytes, at, to);
      return to;
    }
    const held = (this.#held ??= Buffer.allocUnsafe(this.#length));
    bytes.copy(held, this.#heldBytes, at, to);
    this.#heldBytes += to - at;
    if (this.#missing === 0) {
      this.#isInFrame = false;
      this.#held = undefined;
      this.#listener.frame(this.#type, this.#flags, this.#streamId, held, 0, this.#length);
    }
    return to;
  }
}

function paddingTooLong(): ConnectionViolation {
  return new ConnectionViolation(PROTOCOL_ERROR, 'the server sent a frame with more padding than bytes');
}
