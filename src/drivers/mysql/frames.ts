import { ClassifiedError } from '../classify-error.ts';
import type { FrameFormat } from '../frame-guard.ts';
import { AnswerCheck, type MysqlCommand } from './answer-check.ts';
import { brokenPacket } from './packet-reader.ts';

/** Length, in 3 bytes, and sequence number. */
const HEADER_BYTES = 4;
/** A packet of this length is continued by the next one. */
const CONTINUED = 0xff_ff_ff;
const ERROR = 0xff;
/** Mark and code of an error, before its text; a state of 6 characters may come between. */
const ERROR_HEAD_BYTES = 3;
const STATE_BYTES = 6;

/**
 * Packets of MySQL's protocol, from the server. Their numbers must follow one another: the client library only prints a
 * warning when they do not, and would take the answer of one request for that of another.
 */
export class MysqlFrames implements FrameFormat {
  readonly headerBytes = HEADER_BYTES;
  /** The number that the next packet has. */
  #next = 0;
  #isContinued = false;
  /** Until the first command there is no answer to check. */
  #answer: AnswerCheck | undefined;

  /**
   * @param bytes a whole packet of ours, the header of a long one, or a part of that; the server counts on from its
   * number
   */
  packetSent(bytes: Uint8Array): void {
    const isHeader = bytes.length === HEADER_BYTES;
    const length = bytes[0]! | (bytes[1]! << 8) | (bytes[2]! << 16);
    if (isHeader || bytes.length === HEADER_BYTES + length) this.#next = (bytes[3]! + 1) % 256;
  }

  /** A command is about to be sent, whose answer is to be checked. */
  commandSent(command: MysqlCommand): void {
    this.#answer ??= new AnswerCheck();
    this.#answer.begin(command);
  }

  frameBytes(buffer: Buffer, start: number): number {
    const length = buffer.readUIntLE(start, 3);
    const number = buffer[start + 3]!;
    // A server that closes a connection unasked begins again.
    if (number !== this.#next && number !== 0)
      throw brokenPacket(`a packet has the number ${number} where ${this.#next} comes next`);
    if (length === 0 && !this.#isContinued) throw brokenPacket('a packet is empty');
    return HEADER_BYTES + length;
  }

  check(buffer: Buffer, start: number, end: number): void {
    const number = buffer[start + 3]!;
    if (number === 0 && this.#next !== 0) throw farewell(buffer, start, end);
    const wasContinued = this.#isContinued;
    this.#isContinued = buffer.readUIntLE(start, 3) === CONTINUED;
    this.#next = (number + 1) % 256;
    if (wasContinued || this.#isContinued) this.#answer?.acceptLongRow();
    else this.#answer?.accept(buffer, start + HEADER_BYTES, end);
  }
}

/** The error that a server sends unasked, with the number 0, before it closes a connection. */
function farewell(buffer: Buffer, start: number, end: number): ClassifiedError {
  const body = buffer.subarray(start + HEADER_BYTES, end);
  if (body[0] !== ERROR || body.length < ERROR_HEAD_BYTES) return brokenPacket('a packet has the number 0');
  const hasState = body[ERROR_HEAD_BYTES] === 0x23;
  const text = body.toString('utf8', ERROR_HEAD_BYTES + (hasState ? STATE_BYTES : 0));
  return new ClassifiedError('reset', `the server closed the connection: ${text}`);
}
