import {
  bytesOf,
  COLON,
  COMMA,
  decimalOf,
  digitOf,
  isWord,
  skipBlanks,
  SPACE,
  tokenEnd,
  trimBlanks,
} from './response-text.ts';

const VERSION = bytesOf('HTTP/1.');
/** Offsets of the parts of a status line: `HTTP/1.1 200 OK`. */
const MINOR_AT = 7;
const STATUS_AT = 9;
const STATUS_END = 12;

const CONTENT_LENGTH = bytesOf('content-length');
const TRANSFER_ENCODING = bytesOf('transfer-encoding');
const CONNECTION = bytesOf('connection');
const KEEP_ALIVE = bytesOf('keep-alive');
const CLOSE = bytesOf('close');
const CHUNKED = bytesOf('chunked');
const IDENTITY = bytesOf('identity');
const TIMEOUT = bytesOf('timeout=');

/**
 * Parser of a response's status line and headers. It keeps the status, the body length and the state of the connection;
 * other headers are skipped.
 */
export class ResponseHead {
  status = 0;
  /** Value of `content-length` in bytes; -1: absent. */
  contentLength = -1;
  /** A transfer coding delimits the body. */
  encoded = false;
  /** The last transfer coding is `chunked`. */
  chunked = false;
  /** Two readers could disagree on the end of the body. */
  ambiguous = false;
  /** Idle timeout that the server announces, in milliseconds; `Infinity`: none. */
  idleLimitMs = Infinity;
  #minorVersion = 1;
  #hasEncoding = false;
  #close = false;
  #keepAlive = false;

  /** Whether the server keeps the connection open. */
  get keepsConnection(): boolean {
    if (this.#minorVersion === 1) return !this.#close;
    // A transfer coding in HTTP/1.0 may come from an intermediary that did not understand it (RFC 9112, section 6.1).
    return this.#keepAlive && !this.#close && !this.#hasEncoding;
  }

  clear(): void {
    this.status = 0;
    this.contentLength = -1;
    this.encoded = false;
    this.chunked = false;
    this.ambiguous = false;
    this.#hasEncoding = false;
    this.idleLimitMs = Infinity;
    this.#minorVersion = 1;
    this.#close = false;
    this.#keepAlive = false;
  }

  /** Takes over what another head has parsed. */
  copy(other: ResponseHead): void {
    this.status = other.status;
    this.contentLength = other.contentLength;
    this.encoded = other.encoded;
    this.chunked = other.chunked;
    this.ambiguous = other.ambiguous;
    this.idleLimitMs = other.idleLimitMs;
    this.#hasEncoding = other.#hasEncoding;
    this.#minorVersion = other.#minorVersion;
    this.#close = other.#close;
    this.#keepAlive = other.#keepAlive;
  }

  /** Parses a status line. Returns false when the line is malformed. */
  readStatusLine(bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from < STATUS_END || !mayBeStatusLine(bytes, from, to)) return false;
    if (to - from > STATUS_END && bytes[from + STATUS_END] !== SPACE) return false;
    if (bytes[from + STATUS_AT - 1] !== SPACE) return false;
    this.#minorVersion = digitOf(bytes[from + MINOR_AT]);
    this.status = decimalOf(bytes, from + STATUS_AT, from + STATUS_END);
    return (this.#minorVersion === 0 || this.#minorVersion === 1) && this.status >= 100;
  }

  /**
   * Parses a header line. Returns false when the line is malformed. A contradiction between headers only matters when
   * there is a body: see `ambiguous`.
   */
  readHeader(bytes: Uint8Array, from: number, to: number): boolean {
    const end = headerNameEnd(bytes, from, to);
    if (end < 0) return false;
    // Few other headers have names of these lengths, so most headers are skipped here.
    switch (end - from) {
      case CONNECTION.length: // and of `keep-alive`
        if (isWord(bytes, from, end, CONNECTION)) return eachElement(bytes, end + 1, to, this.#takeConnection);
        return !isWord(bytes, from, end, KEEP_ALIVE) || eachElement(bytes, end + 1, to, this.#takeKeepAlive);
      case CONTENT_LENGTH.length:
        return !isWord(bytes, from, end, CONTENT_LENGTH) || this.#takeLength(bytes, end + 1, to);
      case TRANSFER_ENCODING.length:
        return !isWord(bytes, from, end, TRANSFER_ENCODING) || this.#takeEncoding(bytes, end + 1, to);
      default:
        return true;
    }
  }

  /**
   * A second length, or a length beside a transfer coding, is a request smuggling hazard: two readers could see two
   * different responses.
   */
  #takeLength(bytes: Uint8Array, from: number, to: number): boolean {
    if (this.contentLength >= 0 || this.encoded) this.ambiguous = true;
    const start = skipBlanks(bytes, from, to);
    this.contentLength = decimalOf(bytes, start, trimBlanks(bytes, start, to));
    return this.contentLength >= 0;
  }

  #takeEncoding(bytes: Uint8Array, from: number, to: number): boolean {
    this.#hasEncoding = true;
    return eachElement(bytes, from, to, this.#takeCoding);
  }

  /**
   * `chunked` must be the last coding, because only it delimits the body. HTTP/1.0 has codings only in forwarded
   * messages.
   */
  readonly #takeCoding: TakeElement = (bytes, from, to) => {
    if (this.#minorVersion === 0 && isWord(bytes, from, to, IDENTITY)) return true;
    if (this.chunked || this.contentLength >= 0) this.ambiguous = true;
    this.encoded = true;
    this.chunked = isWord(bytes, from, to, CHUNKED);
    return true;
  };

  readonly #takeConnection: TakeElement = (bytes, from, to) => {
    if (isWord(bytes, from, to, CLOSE)) this.#close = true;
    else if (isWord(bytes, from, to, KEEP_ALIVE)) this.#keepAlive = true;
    return true;
  };

  /** `keep-alive` is a hint: malformed values are ignored. */
  readonly #takeKeepAlive: TakeElement = (bytes, from, to) => {
    const valueAt = from + TIMEOUT.length;
    const seconds = isWord(bytes, from, Math.min(valueAt, to), TIMEOUT) ? decimalOf(bytes, valueAt, to) : -1;
    if (seconds >= 0) this.idleLimitMs = seconds * 1000;
    return true;
  };
}

/** Handles one list element. Returns false when it is invalid. */
type TakeElement = (bytes: Uint8Array, from: number, to: number) => boolean;

/** Passes each element of a comma-separated list to `take` until one is invalid. Returns whether all are valid. */
function eachElement(bytes: Uint8Array, from: number, to: number, take: TakeElement): boolean {
  for (let at = from; at <= to; at++) {
    const start = skipBlanks(bytes, at, to);
    while (at < to && bytes[at] !== COMMA) at++;
    const end = trimBlanks(bytes, start, at);
    if (start < end && !take(bytes, start, end)) return false;
  }
  return true;
}

/** Position of the colon after the header name; -1 when the line is not a header. */
export function headerNameEnd(bytes: Uint8Array, from: number, to: number): number {
  const end = tokenEnd(bytes, from, to);
  return end > from && end < to && bytes[end] === COLON ? end : -1;
}

/** Whether the bytes so far can be the start of an HTTP/1 status line. */
export function mayBeStatusLine(bytes: Uint8Array, from: number, to: number): boolean {
  const end = Math.min(to, from + VERSION.length);
  for (let at = from; at < end; at++) if (bytes[at] !== VERSION[at - from]) return false;
  return true;
}

/** Longer heads are not cached. */
const MAX_BYTES = 1024;
const WORD_BYTES = 4;

/**
 * Cache of the response head that was parsed last, which connections may share. Heads of a server often stay identical
 * until its clock ticks, and comparing takes a tenth of the time of parsing.
 */
export class HeadCache {
  readonly #known = new DataView(new ArrayBuffer(MAX_BYTES));
  readonly #knownBytes = new Uint8Array(this.#known.buffer);
  #source: Uint8Array = this.#knownBytes;
  #view: DataView = this.#known;
  /** Length of the cached head in bytes; 0: none. */
  length = 0;
  readonly head = new ResponseHead();

  /** Caches the first `length` bytes, of which `head` was parsed. */
  remember(bytes: Uint8Array, length: number, head: ResponseHead): void {
    if (length < WORD_BYTES || length > MAX_BYTES) return;
    this.#knownBytes.set(bytes.subarray(0, length));
    this.length = length;
    this.head.copy(head);
  }

  /** Whether the first `length` bytes start with the cached head. */
  begins(bytes: Uint8Array, length: number): boolean {
    const known = this.#known;
    const last = this.length - WORD_BYTES;
    if (last < 0 || length < this.length) return false;
    const view = this.#viewOf(bytes);
    for (let at = 0; at < last; at += WORD_BYTES) if (view.getInt32(at) !== known.getInt32(at)) return false;
    return view.getInt32(last) === known.getInt32(last);
  }

  /** View of the buffer, cached because most calls pass the same buffer. */
  #viewOf(bytes: Uint8Array): DataView {
    if (bytes !== this.#source) {
      this.#source = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.#view;
  }
}
