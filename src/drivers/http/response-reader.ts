import { chunkSize } from './chunk-size.ts';
import { KnownHead } from './known-head.ts';
import { LineFinder, NO_LINE, TOO_LONG, UNFINISHED } from './line-finder.ts';
import { headerNameEnd, mayBeStatusLine, ResponseHead } from './response-head.ts';

/** What `read` says: the response goes on, is complete, or is none. */
export const MORE = 0;
export const WHOLE = 1;
export const INVALID = 2;
export type Progress = typeof MORE | typeof WHOLE | typeof INVALID;

/** What the next bytes belong to. */
const STATUS_LINE = 0;
const HEADERS = 1;
/** A body of known length, or one that ends with the connection. */
const BODY = 2;
const CHUNK_SIZE = 3;
const CHUNK = 4;
/** The empty line after it. */
const CHUNK_END = 5;
const TRAILERS = 6;

/**
 * Reads HTTP/1.1 responses as their bytes come, one after the other (RFC 9112). It keeps the status and what the
 * connection's future depends on, and nothing else: bodies are counted off and never looked at. Nothing is allocated for
 * a response whose lines each lie within one read. It never throws.
 */
export class ResponseReader {
  readonly #head = new ResponseHead();
  /** What `#head` was parsed from, if it may come again. */
  readonly #known = new KnownHead();
  readonly #lines: LineFinder;
  readonly #maxHeadBytes: number;
  #part: number = STATUS_LINE;
  #bodiless = false;
  #headBytes = 0;
  /** The head began with this read. */
  #headAtStart = false;
  /** Of the body or the chunk. */
  #bytesLeft = 0;
  /** What is wrong with an invalid response. */
  problem = '';
  /** Of a whole response: whether the connection can carry another request. */
  reusable = false;

  /** @param maxHeadBytes bound on the lines before and after a body together */
  constructor(maxHeadBytes: number) {
    this.#maxHeadBytes = maxHeadBytes;
    this.#lines = new LineFinder(maxHeadBytes);
  }

  get status(): number {
    return this.#head.status;
  }

  /** Milliseconds for which the server says that it keeps the idle connection; `Infinity` when it does not say. */
  get idleLimitMs(): number {
    return this.#head.idleLimitMs;
  }

  /** A request goes out; what comes from now on is its response. @param bodiless it has none, whatever its headers say */
  begin(bodiless: boolean): void {
    this.#part = STATUS_LINE;
    this.#bodiless = bodiless;
    this.#headBytes = 0;
    this.#lines.clear();
    this.reusable = false;
  }

  /** Takes the first `length` bytes of `bytes`, which the caller may overwrite afterwards. */
  read(bytes: Uint8Array, length: number): Progress {
    let at = 0;
    this.#headAtStart = this.#part === STATUS_LINE && !this.#lines.waits;
    if (this.#headAtStart && this.#known.begins(bytes, length)) {
      at = this.#known.length;
      const progress = this.#headEnd();
      if (progress === WHOLE) return this.#whole(at === length);
      if (progress === INVALID) return INVALID;
      this.#headAtStart = false;
    }
    while (at < length) {
      if (this.#part === BODY || this.#part === CHUNK) {
        const skipped = Math.min(this.#bytesLeft, length - at);
        at += skipped;
        this.#bytesLeft -= skipped;
        if (this.#bytesLeft > 0) return MORE;
        if (this.#part === BODY) return this.#whole(at === length);
        this.#part = CHUNK_END;
      } else {
        const next = this.#lines.next(bytes, at, length, this.#part === HEADERS || this.#part === TRAILERS);
        if (next < 0) return this.#noLine(next);
        if (this.#headAtStart && this.#part === HEADERS && this.#lines.from === this.#lines.to) {
          this.#headAtStart = false;
          this.#known.remember(bytes, next);
        }
        const progress = this.#readLine();
        if (progress === WHOLE) return this.#whole(next === length);
        if (progress === INVALID) return INVALID;
        at = next;
      }
    }
    return MORE;
  }

  /** The server has ended the connection. Returns whether that is how the response ends. */
  end(): boolean {
    return this.#part === BODY && this.#bytesLeft === Infinity;
  }

  #readLine(): Progress {
    const { bytes, from, to } = this.#lines;
    switch (this.#part) {
      case STATUS_LINE:
        this.#known.forget();
        this.#head.clear();
        if (!this.#head.readStatusLine(bytes, from, to)) return this.#invalid('no HTTP/1 status line');
        this.#part = HEADERS;
        return MORE;
      case HEADERS:
        if (from === to) return this.#headEnd();
        if (!this.#head.readHeader(bytes, from, to)) return this.#invalid('a malformed header');
        return this.#countHead(to - from);
      case CHUNK_SIZE:
        return this.#beginChunk(chunkSize(bytes, from, to));
      case CHUNK_END:
        this.#part = CHUNK_SIZE;
        return from === to ? MORE : this.#invalid('a chunk that is longer than it says');
      default: // a trailer
        if (from === to) return WHOLE;
        if (headerNameEnd(bytes, from, to) < 0) return this.#invalid('a malformed trailer');
        return this.#countHead(to - from);
    }
  }

  #headEnd(): Progress {
    const head = this.#head;
    const { status } = head;
    if (status < 200) {
      if (status === 101) return this.#invalid('an upgrade that nobody asked for');
      // Informational: the answer proper is still to come.
      this.begin(this.#bodiless);
      return MORE;
    }
    // Whatever the headers say of a length (RFC 9112, section 6.3).
    if (this.#bodiless || status === 204 || status === 304) return WHOLE;
    if (head.ambiguous) return this.#invalid('headers that contradict each other about its length');
    if (head.chunked) {
      this.#part = CHUNK_SIZE;
      return MORE;
    }
    this.#part = BODY;
    this.#bytesLeft = head.contentLength >= 0 ? head.contentLength : Infinity;
    return this.#bytesLeft === 0 ? WHOLE : MORE;
  }

  #beginChunk(size: number): Progress {
    if (size < 0) return this.#invalid('a chunk without its size');
    this.#bytesLeft = size;
    this.#part = size === 0 ? TRAILERS : CHUNK;
    return MORE;
  }

  #countHead(bytes: number): Progress {
    this.#headBytes += bytes;
    return this.#headBytes > this.#maxHeadBytes ? this.#tooLarge() : MORE;
  }

  #tooLarge(): Progress {
    return this.#invalid(`more than ${this.#maxHeadBytes} bytes of headers (max_header_size)`);
  }

  /** @param last nothing has come after it; nobody asked for anything that did */
  #whole(last: boolean): Progress {
    this.reusable = last && this.#head.keepsConnection;
    return WHOLE;
  }

  #noLine(reason: number): Progress {
    if (reason === NO_LINE) return this.#invalid('a line with bytes that no line may have');
    if (reason === TOO_LONG) return this.#tooLarge();
    // Whoever speaks another protocol may never end a line.
    if (reason === UNFINISHED && this.#part === STATUS_LINE) {
      const { unfinished } = this.#lines;
      if (!mayBeStatusLine(unfinished, 0, unfinished.length)) return this.#invalid('no HTTP/1 status line');
    }
    return MORE;
  }

  #invalid(problem: string): Progress {
    this.problem = `the server's response has ${problem}`;
    return INVALID;
  }
}
