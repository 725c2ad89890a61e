import { chunkSize } from './response-text.ts';
import { HeadCache, headerNameEnd, mayBeStatusLine, ResponseHead } from './response-head.ts';
import type { HttpResponse } from './http-response.ts';
import { LineFinder, INVALID_LINE, LINE_TOO_LONG, INCOMPLETE_LINE } from './line-finder.ts';

/** Results of `read`: the response is incomplete, complete, or invalid. */
export const INCOMPLETE = 0;
export const COMPLETE = 1;
export const INVALID = 2;
export type ReadState = typeof INCOMPLETE | typeof COMPLETE | typeof INVALID;

/** States of the parser: the part of the response that comes next. */
const STATUS_LINE = 0;
const HEADERS = 1;
/** A body of known length, or one that ends with the connection. */
const BODY = 2;
const CHUNK_SIZE = 3;
const CHUNK = 4;
/** The empty line after a chunk. */
const CHUNK_END = 5;
const TRAILERS = 6;

/**
 * Incremental parser of HTTP/1.1 responses (RFC 9112). It keeps the status and the state of the connection; other parts
 * are counted and passed to the response to keep, if there is one. Without it, a response whose lines each lie within
 * one read causes no allocation. It never throws.
 */
export class ResponseReader {
  readonly #head = new ResponseHead();
  readonly #known: HeadCache;
  readonly #lines: LineFinder;
  readonly #maxHeadBytes: number;
  #part: number = STATUS_LINE;
  #bodiless = false;
  /** Keeps headers and body, for requests that need them. */
  #kept: HttpResponse | undefined;
  #headBytes = 0;
  /** The head starts at the beginning of this read. */
  #headAtStart = false;
  /** Remaining bytes of the body or the chunk. */
  #bytesLeft = 0;
  /** Description of the fault of an invalid response. */
  problem = '';
  /** Whether the connection can carry another request after a complete response. */
  reusable = false;

  /**
   * @param maxHeadBytes maximum size of status line, headers and trailers together
   * @param known a head that other readers of the same limit may have parsed
   */
  constructor(maxHeadBytes: number, known = new HeadCache()) {
    this.#maxHeadBytes = maxHeadBytes;
    this.#known = known;
    this.#lines = new LineFinder(maxHeadBytes);
  }

  get status(): number {
    return this.#head.status;
  }

  /** Idle timeout that the server announces, in milliseconds; `Infinity`: none. */
  get idleLimitMs(): number {
    return this.#head.idleLimitMs;
  }

  /**
   * Starts the response to a new request.
   * @param bodiless the response has no body, regardless of its headers
   * @param kept receives headers and body; `undefined`: they are discarded
   */
  begin(bodiless: boolean, kept?: HttpResponse): void {
    this.#part = STATUS_LINE;
    this.#bodiless = bodiless;
    this.#kept = kept;
    this.#headBytes = 0;
    this.#lines.clear();
    this.reusable = false;
  }

  /** Parses the first `length` bytes of `bytes`. The caller may overwrite them afterwards. */
  read(bytes: Uint8Array, length: number): ReadState {
    let at = 0;
    this.#headAtStart = this.#part === STATUS_LINE && !this.#lines.waits;
    if (this.#headAtStart && this.#kept?.keepsHead !== true && this.#known.begins(bytes, length)) {
      at = this.#known.length;
      this.#head.copy(this.#known.head);
      const progress = this.#headEnd();
      if (progress === COMPLETE) return this.#whole(at === length);
      if (progress === INVALID) return INVALID;
      this.#headAtStart = false;
    }
    while (at < length) {
      if (this.#part === BODY || this.#part === CHUNK) {
        const skipped = Math.min(this.#bytesLeft, length - at);
        this.#kept?.addBody(bytes, at, at + skipped);
        at += skipped;
        this.#bytesLeft -= skipped;
        if (this.#bytesLeft > 0) return INCOMPLETE;
        if (this.#part === BODY) return this.#whole(at === length);
        this.#part = CHUNK_END;
      } else {
        const next = this.#lines.next(bytes, at, length, this.#part === HEADERS || this.#part === TRAILERS);
        if (next < 0) return this.#noLine(next);
        if (this.#headAtStart && this.#part === HEADERS && this.#lines.from === this.#lines.to) {
          this.#headAtStart = false;
          this.#known.remember(bytes, next, this.#head);
        }
        const progress = this.#readLine();
        if (progress === COMPLETE) return this.#whole(next === length);
        if (progress === INVALID) return INVALID;
        at = next;
      }
    }
    return INCOMPLETE;
  }

  /** Handles the end of the connection. Returns whether it completes the response. */
  end(): boolean {
    return this.#part === BODY && this.#bytesLeft === Infinity;
  }

  #readLine(): ReadState {
    const { bytes, from, to } = this.#lines;
    switch (this.#part) {
      case STATUS_LINE:
        this.#head.clear();
        if (!this.#head.readStatusLine(bytes, from, to)) return this.#invalid('no HTTP/1 status line');
        this.#part = HEADERS;
        return INCOMPLETE;
      case HEADERS:
        if (from === to) return this.#headEnd();
        if (!this.#head.readHeader(bytes, from, to)) return this.#invalid('a malformed header');
        if (this.#kept?.keepsHead === true) this.#kept.addHeaderLine(bytes, from, to);
        return this.#countHead(to - from);
      case CHUNK_SIZE:
        return this.#beginChunk(chunkSize(bytes, from, to));
      case CHUNK_END:
        this.#part = CHUNK_SIZE;
        return from === to ? INCOMPLETE : this.#invalid('a chunk longer than its announced size');
      default: // a trailer
        if (from === to) return COMPLETE;
        if (headerNameEnd(bytes, from, to) < 0) return this.#invalid('a malformed trailer');
        return this.#countHead(to - from);
    }
  }

  #headEnd(): ReadState {
    const head = this.#head;
    const { status } = head;
    if (status < 200) {
      if (status === 101) return this.#invalid('status 101 (switching protocols) without an upgrade request');
      // Informational response: the final response follows.
      this.#kept?.clearHead();
      this.begin(this.#bodiless, this.#kept);
      return INCOMPLETE;
    }
    // These responses have no body, regardless of their headers (RFC 9112, section 6.3).
    if (this.#bodiless || status === 204 || status === 304) return COMPLETE;
    if (head.ambiguous) return this.#invalid('headers that contradict each other about its length');
    if (head.chunked) {
      this.#part = CHUNK_SIZE;
      return INCOMPLETE;
    }
    this.#part = BODY;
    this.#bytesLeft = head.contentLength >= 0 ? head.contentLength : Infinity;
    return this.#bytesLeft === 0 ? COMPLETE : INCOMPLETE;
  }

  #beginChunk(size: number): ReadState {
    if (size < 0) return this.#invalid('a chunk without its size');
    this.#bytesLeft = size;
    this.#part = size === 0 ? TRAILERS : CHUNK;
    return INCOMPLETE;
  }

  #countHead(bytes: number): ReadState {
    this.#headBytes += bytes;
    return this.#headBytes > this.#maxHeadBytes ? this.#tooLarge() : INCOMPLETE;
  }

  #tooLarge(): ReadState {
    return this.#invalid(`more than ${this.#maxHeadBytes} bytes of headers (max_header_size)`);
  }

  /** @param last no bytes follow the response; following bytes would be unsolicited */
  #whole(last: boolean): ReadState {
    this.reusable = last && this.#head.keepsConnection;
    return COMPLETE;
  }

  #noLine(reason: number): ReadState {
    if (reason === INVALID_LINE) return this.#invalid('a line with invalid control characters');
    if (reason === LINE_TOO_LONG) return this.#tooLarge();
    // A server with another protocol may never end a line.
    if (reason === INCOMPLETE_LINE && this.#part === STATUS_LINE) {
      const { unfinished } = this.#lines;
      if (!mayBeStatusLine(unfinished, 0, unfinished.length)) return this.#invalid('no HTTP/1 status line');
    }
    return INCOMPLETE;
  }

  #invalid(problem: string): ReadState {
    this.problem = `the server's response has ${problem}`;
    return INVALID;
  }
}
