import { ClassifiedError } from '../classify-error.ts';

/** Bytes before each message: a flag of compression and the length. */
const HEAD_BYTES = 5;

/** The messages of a request, each with its length. */
export function frameMessages(messages: readonly Uint8Array[]): Buffer {
  const frames = Buffer.allocUnsafe(messages.reduce((sum, { length }) => sum + HEAD_BYTES + length, 0));
  let at = 0;
  for (const message of messages) {
    frames[at] = 0; // not compressed
    frames.writeUInt32BE(message.length, at + 1);
    frames.set(message, at + HEAD_BYTES);
    at += HEAD_BYTES + message.length;
  }
  return frames;
}

/** Reads the messages of a response. Keeps those of responses up to a size, and counts the rest. */
export class MessageReader {
  readonly #head = Buffer.alloc(HEAD_BYTES);
  #headBytes = 0;
  /** Bytes of the message in progress that are missing. */
  #missing = 0;
  #maxBytes = 0;
  #parts: Buffer[] = [];
  /** Messages that have begun. */
  count = 0;
  /** Bytes of all messages. */
  bytes = 0;
  /** The messages, if they are kept and not larger than the maximum. */
  messages: Buffer[] = [];

  /** Begins a response. @param maxBytes size of the kept messages; 0: none are kept */
  begin(maxBytes: number): void {
    this.#headBytes = this.#missing = this.count = this.bytes = 0;
    this.#maxBytes = maxBytes;
    this.#parts = [];
    this.messages = [];
  }

  /** Whether the response ends at the end of a message. */
  get isComplete(): boolean {
    return this.#headBytes === 0 && this.#missing === 0;
  }

  /**
   * Reads a part of the response, whose bytes may be overwritten afterwards.
   * @throws {ClassifiedError} for a compressed message, which was not asked for
   */
  add(chunk: Buffer, from: number, to: number): void {
    let at = from;
    while (at < to) at = this.#missing > 0 ? this.#readBody(chunk, at, to) : this.#readHead(chunk, at, to);
  }

  #readHead(chunk: Buffer, at: number, to: number): number {
    const taken = chunk.copy(this.#head, this.#headBytes, at, Math.min(to, at + HEAD_BYTES - this.#headBytes));
    this.#headBytes += taken;
    if (this.#headBytes < HEAD_BYTES) return at + taken;
    if (this.#head[0] !== 0) throw new ClassifiedError('protocol', 'the server has compressed a message');
    this.#headBytes = 0;
    this.#missing = this.#head.readUInt32BE(1);
    this.bytes += this.#missing;
    this.count++;
    if (this.#missing === 0) this.#end();
    return at + taken;
  }

  #readBody(chunk: Buffer, at: number, to: number): number {
    const end = Math.min(to, at + this.#missing);
    if (this.bytes <= this.#maxBytes) this.#parts.push(Buffer.from(chunk.subarray(at, end)));
    this.#missing -= end - at;
    if (this.#missing === 0) this.#end();
    return end;
  }

  #end(): void {
    if (this.bytes <= this.#maxBytes) this.messages.push(Buffer.concat(this.#parts));
    this.#parts = [];
  }
}
