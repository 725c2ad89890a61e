import { ClassifiedError } from '../classify-error.ts';
import type { FrameFormat } from '../frame-guard.ts';

/** Header: length, request id, id of the request that it responds to, and opcode. */
export const HEADER_BYTES = 16;
/** Maximum length of a message in both directions (`maxMessageSizeBytes`). */
const MAX_BYTES = 48_000_000;
const OP_REPLY = 1;
const OP_COMPRESSED = 2012;
export const OP_MSG = 2013;

/** Offset of the document in an OP_MSG, after flags and section kind. The lower half of the flags must be known. */
export const MSG_DOCUMENT = HEADER_BYTES + 4 + 1;
const CHECKSUM_PRESENT = 1;
export const MORE_TO_COME = 2;
const REQUIRED_FLAGS = 0xffff;
const CHECKSUM_BYTES = 4;
/** Offset of the document count in an OP_REPLY; the documents follow. */
const REPLY_COUNT = HEADER_BYTES + 16;
const REPLY_DOCUMENT = HEADER_BYTES + 20;
/** Offset of the uncompressed length in an OP_COMPRESSED, without header; the compressor id follows. */
const UNCOMPRESSED_BYTES = HEADER_BYTES + 4;
const COMPRESSOR = HEADER_BYTES + 8;
/** Minimum length of a document: a length and a zero. */
const MIN_DOCUMENT_BYTES = 5;

/**
 * Validates the messages from a MongoDB server. The client library does not check which request a message responds to,
 * and loops forever on invalid document lengths.
 */
export class MongoFrames implements FrameFormat {
  readonly headerBytes = HEADER_BYTES;
  /** Id of the last request, or of the last reply when a request has several. */
  #answerable = 0;

  /** @param message begins with the header of a request */
  requestSent(message: Uint8Array): void {
    if (message.length < HEADER_BYTES) return;
    this.#answerable = message[4]! | (message[5]! << 8) | (message[6]! << 16) | (message[7]! << 24); // little-endian
  }

  frameBytes(buffer: Buffer, start: number): number {
    const length = buffer.readInt32LE(start);
    const kind = buffer.readInt32LE(start + 12);
    if (length < HEADER_BYTES || length > MAX_BYTES) throw protocolViolation(`a message is ${length} bytes long`);
    if (kind !== OP_MSG && kind !== OP_REPLY && kind !== OP_COMPRESSED)
      throw protocolViolation(`a message has the unknown opcode ${kind}`);
    const answers = buffer.readInt32LE(start + 8);
    if (answers !== this.#answerable)
      throw protocolViolation(`a message responds to request ${answers}, not ${this.#answerable}`);
    return length;
  }

  check(buffer: Buffer, start: number, end: number): void {
    const kind = buffer.readInt32LE(start + 12);
    const length = end - start;
    const isWellFormed =
      (kind === OP_MSG && isMessage(buffer, start, length)) ||
      (kind === OP_REPLY && isReply(buffer, start, length)) ||
      (kind === OP_COMPRESSED && isCompressed(buffer, start, length));
    if (!isWellFormed) throw protocolViolation('a message is malformed');
    if (kind === OP_MSG && (buffer.readUInt32LE(start + HEADER_BYTES) & MORE_TO_COME) !== 0) {
      this.#answerable = buffer.readInt32LE(start + 4);
    }
  }
}

/** Whether the body is one section with one document. */
function isMessage(buffer: Buffer, start: number, length: number): boolean {
  if (length < MSG_DOCUMENT + MIN_DOCUMENT_BYTES) return false;
  const flags = buffer.readUInt32LE(start + HEADER_BYTES) & REQUIRED_FLAGS;
  const documentBytes = length - MSG_DOCUMENT - ((flags & CHECKSUM_PRESENT) === 0 ? 0 : CHECKSUM_BYTES);
  return (
    (flags & ~(CHECKSUM_PRESENT | MORE_TO_COME)) === 0 &&
    buffer[start + MSG_DOCUMENT - 1] === 0 &&
    isDocument(buffer, start + MSG_DOCUMENT, documentBytes)
  );
}

/** Whether the body is an OP_REPLY with one document, the response to the initial handshake. */
function isReply(buffer: Buffer, start: number, length: number): boolean {
  return (
    length >= REPLY_DOCUMENT + MIN_DOCUMENT_BYTES &&
    buffer.readInt32LE(start + REPLY_COUNT) === 1 &&
    isDocument(buffer, start + REPLY_DOCUMENT, length - REPLY_DOCUMENT)
  );
}

/** Whether the message is compressed and its uncompressed length is within the maximum. */
function isCompressed(buffer: Buffer, start: number, length: number): boolean {
  if (length <= COMPRESSOR) return false;
  const uncompressed = buffer.readInt32LE(start + UNCOMPRESSED_BYTES);
  return uncompressed >= 0 && uncompressed <= MAX_BYTES && buffer[start + COMPRESSOR] !== 0;
}

function isDocument(buffer: Buffer, start: number, length: number): boolean {
  return length >= MIN_DOCUMENT_BYTES && buffer.readInt32LE(start) === length && buffer[start + length - 1] === 0;
}

/** Error of a message that violates the protocol. */
export function protocolViolation(fault: string): ClassifiedError {
  return new ClassifiedError('protocol', `the server violated the MongoDB protocol: ${fault}`);
}
