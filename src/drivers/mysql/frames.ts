import { ClassifiedError } from '../classify-error.ts';
import type { FrameFormat } from '../frame-guard.ts';

/** Length, in 3 bytes, and sequence number. */
const HEADER_BYTES = 4;
/** A packet of this length is continued by the next one. */
const CONTINUED = 0xff_ff_ff;
/** Packets of ours that may stand between two of the server's while a connection is opened. */
const OURS_IN_HANDSHAKE = 2;
/** What the body of an error, and of a request for a file of the client's, begins with. */
const ERROR = 0xff;
const LOCAL_FILE = 0xfb;
/** Mark and code of an error, before its text; a state of 6 characters may come between. */
const ERROR_HEAD_BYTES = 3;
const STATE_BYTES = 6;

/**
 * Packets of MySQL's protocol, from the server. Their numbers must follow one another: the client library only prints a warning when
 * they do not, and would take the answer of one request for that of another.
 */
export class MysqlFrames implements FrameFormat {
  readonly headerBytes = HEADER_BYTES;
  /** The number that the next packet has. */
  #next = 0;
  #isOpening = true;
  #isContinued = false;

  /** A command is sent, whose number is 0; the answer goes on from there. Never called: any packet may begin an answer. */
  commandSent(): void {
    this.#next = 1;
    this.#isOpening = false;
  }

  frameBytes(buffer: Buffer, start: number): number {
    const length = buffer.readUIntLE(start, 3);
    const number = buffer[start + 3]!;
    if (!this.#fits(number)) throw broken(`a packet has the number ${number} where ${this.#next} comes next`);
    if (length === 0 && !this.#isContinued) throw broken('a packet is empty');
    return HEADER_BYTES + length;
  }

  check(buffer: Buffer, start: number, end: number): void {
    const number = buffer[start + 3]!;
    const mark = buffer[start + HEADER_BYTES];
    if (number === 0 && this.#next !== 0) throw farewell(buffer, start, end);
    if (mark === LOCAL_FILE && number === 1 && !this.#isOpening) {
      throw new ClassifiedError('driver', 'the server asks for a local file, which a request cannot send');
    }
    this.#isContinued = buffer.readUIntLE(start, 3) === CONTINUED;
    this.#next = (number + 1) % 256;
  }

  #fits(number: number): boolean {
    const ahead = (number - this.#next + 256) % 256;
    return ahead === 0 || number === 0 || (this.#isOpening && (ahead <= OURS_IN_HANDSHAKE || number === 1));
  }
}

/** The error that a server sends unasked, with the number 0, before it closes a connection. */
function farewell(buffer: Buffer, start: number, end: number): ClassifiedError {
  const body = buffer.subarray(start + HEADER_BYTES, end);
  if (body[0] !== ERROR || body.length < ERROR_HEAD_BYTES) return broken('a packet has the number 0');
  const hasState = body[ERROR_HEAD_BYTES] === 0x23;
  const text = body.toString('utf8', ERROR_HEAD_BYTES + (hasState ? STATE_BYTES : 0));
  return new ClassifiedError('reset', `the server closed the connection: ${text}`);
}

function broken(fault: string): ClassifiedError {
  return new ClassifiedError('protocol', `the server broke MySQL's protocol: ${fault}`);
}
