import { isUtf8 } from 'node:buffer';
import { ClassifiedError } from '../classify-error.ts';
import { MessageTooLarge, NO_CODE } from './close-codes.ts';
import { decompressMessage } from './compression.ts';
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  isControl,
  type MessageOpcode,
  MOST_CONTROL_BYTES,
  PING,
  PONG,
  TEXT,
} from './opcode.ts';

/** Receives the messages and control frames of a server. */
export interface FrameListener {
  /** A whole message. @param payload valid until this returns */
  message(opcode: MessageOpcode, payload: Buffer): void;
  /** @param payload valid until this returns */
  ping(payload: Buffer): void;
  /** @param payload valid until this returns */
  pong(payload: Buffer): void;
  /** The server closes the connection; nothing is read after it. @param code `NO_CODE`: without one */
  closing(code: number, reason: string): void;
}

const [FIN, RSV1, RESERVED, OPCODE] = [0x80, 0x40, 0x30, 0x0f];
const [MASKED, LENGTH] = [0x80, 0x7f];
/** Length of a payload of at least 2^32 bytes in its upper half. */
const UPPER = 2 ** 32;

/**
 * Reads the frames of a server, in parts of any size. Holds at most one message, up to its maximum size, and one control
 * frame.
 */
export class ServerFrameReader {
  readonly #listener: FrameListener;
  readonly #maxBytes: number;
  readonly #mayCompress: boolean;
  readonly #head = Buffer.alloc(10);
  #headBytes = 0;
  #headNeeds = 2;
  /** Bytes of the frame in progress that are missing. */
  #missing = 0;
  #opcode = 0;
  #isFinal = false;
  /** The message in progress; 0: none. */
  #message: MessageOpcode | 0 = 0;
  #isCompressed = false;
  #parts: Buffer[] = [];
  /** Bytes of the message in progress, with the frame in progress. */
  #bytes = 0;
  #control: Buffer[] = [];
  #isClosed = false;

  /**
   * @param maxBytes maximum size of a message
   * @param mayCompress whether the server may compress messages
   */
  constructor(listener: FrameListener, maxBytes: number, mayCompress: boolean) {
    this.#listener = listener;
    this.#maxBytes = maxBytes;
    this.#mayCompress = mayCompress;
  }

  /**
   * Reads the bytes from `at` to `end`.
   * @throws {ClassifiedError} of class `protocol` for a frame that is not valid, or a message that is too large
   */
  read(chunk: Buffer, at: number, end: number): void {
    let next = at;
    while (next < end && !this.#isClosed)
      next = this.#missing > 0 ? this.#readPayload(chunk, next, end) : this.#readHead(chunk, next, end);
  }

  /** Ignores everything from now on. */
  stop(): void {
    this.#isClosed = true;
  }

  #readHead(chunk: Buffer, at: number, end: number): number {
    let next = at;
    while (this.#headBytes < this.#headNeeds && next < end) {
      this.#head[this.#headBytes++] = chunk[next++]!; // inside the chunk
      if (this.#headBytes === 2) this.#headNeeds = 2 + this.#checkHead();
    }
    if (this.#headBytes < this.#headNeeds) return next;
    this.#headBytes = 0;
    this.#headNeeds = 2;
    this.#begin();
    return next;
  }

  /** Checks the first two bytes. @returns bytes of the length that follow */
  #checkHead(): number {
    const [first, second] = [this.#head[0]!, this.#head[1]!]; // both are read
    const opcode = first & OPCODE;
    const length = second & LENGTH;
    this.#opcode = opcode;
    this.#isFinal = (first & FIN) !== 0;
    if ((second & MASKED) !== 0) throw violation('has masked a frame');
    if ((first & RESERVED) !== 0) throw violation('has set a reserved bit of a frame');
    const isFirst = opcode === TEXT || opcode === BINARY;
    if ((first & RSV1) !== 0 && !(this.#mayCompress && isFirst))
      throw violation('has compressed a frame, which was not agreed on');
    if (isControl(opcode)) {
      if (opcode !== CLOSE && opcode !== PING && opcode !== PONG)
        throw violation(`sent a frame of the unknown type ${opcode}`);
      if (!this.#isFinal || length > MOST_CONTROL_BYTES)
        throw violation('sent a control frame in fragments, or a long one');
    } else if (isFirst) {
      if (this.#message !== 0) throw violation('began a message within another one');
      this.#message = opcode;
      this.#isCompressed = (first & RSV1) !== 0;
    } else if (opcode !== CONTINUATION) throw violation(`sent a frame of the unknown type ${opcode}`);
    else if (this.#message === 0) throw violation('continued a message that had not begun');
    return length === 126 ? 2 : length === 127 ? 8 : 0;
  }

  #begin(): void {
    this.#missing = this.#readLength();
    if (!isControl(this.#opcode)) {
      this.#bytes += this.#missing;
      if (this.#bytes > this.#maxBytes) throw new MessageTooLarge(this.#maxBytes);
    }
    if (this.#missing === 0) this.#endFrame(Buffer.alloc(0));
  }

  #readLength(): number {
    const length = this.#head[1]! & LENGTH; // read
    if (length < 126) return length;
    if (length === 126) return this.#head.readUInt16BE(2);
    return this.#head.readUInt32BE(2) * UPPER + this.#head.readUInt32BE(6);
  }

  #readPayload(chunk: Buffer, at: number, end: number): number {
    const next = Math.min(end, at + this.#missing);
    const part = chunk.subarray(at, next);
    this.#missing -= next - at;
    if (this.#missing === 0) this.#endFrame(part);
    else this.#hold(part);
    return next;
  }

  /** Keeps a copy: the memory of the chunk is used again. */
  #hold(part: Buffer): void {
    if (part.length === 0) return;
    (isControl(this.#opcode) ? this.#control : this.#parts).push(Buffer.from(part));
  }

  /** @param last part of the payload, which is not held */
  #endFrame(last: Buffer): void {
    if (isControl(this.#opcode)) {
      const payload = this.#control.length === 0 ? last : Buffer.concat([...this.#control, last]);
      this.#control = [];
      this.#endControl(payload);
    } else if (this.#isFinal) {
      const payload = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
      this.#parts = [];
      this.#bytes = 0;
      const opcode = this.#message as MessageOpcode; // checked by the head
      this.#message = 0;
      this.#endMessage(opcode, payload);
    } else this.#hold(last);
  }

  #endMessage(opcode: MessageOpcode, payload: Buffer): void {
    const whole = this.#isCompressed ? decompressMessage(payload, this.#maxBytes) : payload;
    if (opcode === TEXT && !isUtf8(whole)) throw violation('sent a text that is not UTF-8');
    this.#listener.message(opcode, whole);
  }

  #endControl(payload: Buffer): void {
    if (this.#opcode === PING) this.#listener.ping(payload);
    else if (this.#opcode === PONG) this.#listener.pong(payload);
    else {
      this.#isClosed = true;
      if (payload.length === 1) throw violation('sent a close frame of one byte');
      const reason = payload.subarray(2);
      if (!isUtf8(reason)) throw violation('sent a reason that is not UTF-8');
      this.#listener.closing(payload.length === 0 ? NO_CODE : payload.readUInt16BE(), reason.toString());
    }
  }
}

function violation(fault: string): ClassifiedError {
  return new ClassifiedError('protocol', `the server ${fault}`);
}
