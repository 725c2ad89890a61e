import { ClassifiedError } from '../classify-error.ts';

/** A message from the server. */
export interface NatsMessage {
  /** Number of the subscription. */
  readonly sid: string;
  readonly subject: string;
  /** Subject for replies; empty: none. */
  readonly reply: string;
  /** Block of headers with its status line; `undefined`: none. */
  readonly headers: Buffer | undefined;
  readonly data: Buffer;
}

/** Receives the operations of the server. */
export interface ProtocolHandler {
  info(text: string): void;
  message(message: NatsMessage): void;
  ping(): void;
  pong(): void;
  /** An `-ERR`, without its quotes. */
  fault(text: string): void;
}

/** Longest line; the largest is INFO, with the addresses of a cluster. */
const MOST_LINE_BYTES = 64 * 1024;
/** Largest message; the server's own maximum is 64 MiB. */
const MOST_MESSAGE_BYTES = 64 * 1024 * 1024;
const LINE_END = 10;
const CRLF_BYTES = 2;
/** First bytes of operations: INFO, MSG, HMSG, PING and PONG, +OK, -ERR. */
const FIRST_BYTES: ReadonlySet<number> = new Set(Buffer.from('IMHP+-imhp'));

/** Parses the operations of a server: https://docs.nats.io/reference/reference-protocols/nats-protocol */
export class ProtocolReader {
  readonly #handler: ProtocolHandler;
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** Bytes from the start of the held ones that the next operation has at least. */
  #needed = 1;

  constructor(handler: ProtocolHandler) {
    this.#handler = handler;
  }

  /** @throws {ClassifiedError} of class `protocol` for bytes that are not of the protocol */
  add(chunk: Buffer): void {
    const available = this.#heldBytes + chunk.length;
    if (available < this.#needed) {
      this.#held.push(chunk);
      this.#heldBytes = available;
      return;
    }
    const buffer = this.#heldBytes === 0 ? chunk : Buffer.concat([...this.#held, chunk], available);
    this.#held = [];
    this.#heldBytes = 0;
    this.#needed = 1;
    let at = 0;
    while (at < buffer.length) {
      const end = this.#readOperation(buffer, at);
      if (end === at) break;
      at = end;
    }
    if (at === buffer.length) return;
    this.#held = [buffer.subarray(at)];
    this.#heldBytes = buffer.length - at;
  }

  /** Returns the end of the operation that begins at `at`; `at`: it is incomplete. */
  #readOperation(buffer: Buffer, at: number): number {
    if (!FIRST_BYTES.has(buffer[at]!)) throw invalid();
    const lineEnd = buffer.indexOf(LINE_END, at);
    if (lineEnd === -1) {
      if (buffer.length - at > MOST_LINE_BYTES) throw invalid();
      this.#needed = buffer.length - at + 1;
      return at;
    }
    const line = buffer.toString('utf8', at, buffer[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd);
    const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
    const operation = word.toUpperCase();
    if (operation === 'MSG' || operation === 'HMSG')
      return this.#readMessage(buffer, at, lineEnd + 1, operation === 'HMSG', rest);
    if (operation === 'INFO') this.#handler.info(rest);
    else if (operation === 'PING') this.#handler.ping();
    else if (operation === 'PONG') this.#handler.pong();
    else if (operation === '-ERR') this.#handler.fault(rest.replace(/^'(.*)'$/, '$1'));
    else if (operation !== '+OK') throw invalid();
    return lineEnd + 1;
  }

  #readMessage(buffer: Buffer, at: number, start: number, hasHeaders: boolean, line: string): number {
    const words = line.split(/[ \t]+/);
    const size = Number(words.pop());
    const headerBytes = hasHeaders ? Number(words.pop()) : 0;
    const [subject, sid, reply = '', ...others] = words;
    const isValid = isSize(size) && isSize(headerBytes) && headerBytes <= size && others.length === 0;
    if (!isValid || subject === undefined || sid === undefined) throw invalid();
    const end = start + size + CRLF_BYTES;
    if (buffer.length < end) {
      this.#needed = end - at;
      return at;
    }
    if (buffer[end - 1] !== LINE_END) throw invalid();
    this.#handler.message({
      subject,
      sid,
      reply,
      headers: hasHeaders ? buffer.subarray(start, start + headerBytes) : undefined,
      data: buffer.subarray(start + headerBytes, start + size),
    });
    return end;
  }
}

function isSize(size: number): boolean {
  return Number.isInteger(size) && size >= 0 && size <= MOST_MESSAGE_BYTES;
}

function invalid(): ClassifiedError {
  return new ClassifiedError('protocol', 'the server sent bytes that are not of the NATS protocol');
}
