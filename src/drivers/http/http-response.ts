import type { Json } from '../../shared/json.ts';
import type { ResponseContent, ResponseNeeds } from '../driver.ts';
import { BodyTooLargeError, decodeBody, textOfBody } from './decode-body.ts';

/** A larger buffer is released with the next response, so that one large body does not occupy memory for long. */
const MAX_REUSED_BYTES = 64 * 1024;
const FIRST_BUFFER_BYTES = 4 * 1024;

const NO_BYTES = Buffer.alloc(0);

/**
 * Kept parts of a session's latest response. Headers and body are copied while they are read, because read buffers are
 * shared; they are parsed and decoded when a part is requested. Memory is bounded by the needs.
 */
export class HttpResponse implements ResponseContent {
  #needs: ResponseNeeds = { headers: false, body: false, maxBytes: 0 };
  /** Header lines of HTTP/1.1, or names and values of HTTP/2 in the same form. */
  #lines: string[] = [];
  #buffer: Buffer = NO_BYTES;
  /** Body bytes received so far. Those beyond `maxBytes` are not kept. */
  #receivedBytes = 0;
  #decoded: Buffer | undefined;
  #known: BodyEncoding | undefined;

  readonly rowCount = undefined;
  eventCount: number | undefined = undefined;
  /** Reads the parts of the body as they arrive; `undefined`: none does. */
  onBody: ((bytes: Uint8Array, from: number, to: number) => void) | undefined = undefined;
  status = 0;

  /** Starts a new response. Returns this object. */
  begin(needs: ResponseNeeds): this {
    this.#needs = needs;
    this.#receivedBytes = 0;
    this.#decoded = undefined;
    if (this.#buffer.length > MAX_REUSED_BYTES) this.#buffer = NO_BYTES;
    this.clearHead();
    return this;
  }

  /** Whether header lines are needed: a body cannot be decoded, or read as it arrives, without them. */
  get keepsHead(): boolean {
    return this.#needs.headers || this.#needs.body || this.onBody !== undefined;
  }

  /** Whether a content coding or a transfer coding has compressed the body; known if `keepsHead`. */
  get isCoded(): boolean {
    return this.#encoding().codings.length > 0;
  }

  /** Discards the headers of an informational response. */
  clearHead(): void {
    if (this.#lines.length > 0) this.#lines = [];
  }

  addHeaderLine(bytes: Uint8Array, from: number, to: number): void {
    if (!this.#needs.headers && !mayDescribeBody(bytes, from)) return;
    this.#lines.push(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1'));
  }

  addHeader(name: string, value: string): void {
    this.#lines.push(`${name}:${value}`);
  }

  addBody(bytes: Uint8Array, from: number, to: number): void {
    const start = this.#receivedBytes;
    this.#receivedBytes += to - from;
    this.onBody?.(bytes, from, to);
    if (!this.#needs.body) return;
    if (this.#receivedBytes > this.#needs.maxBytes) this.#buffer = NO_BYTES;
    else {
      if (this.#receivedBytes > this.#buffer.length) this.#grow(start);
      this.#buffer.set(bytes.subarray(from, to), start);
    }
  }

  #grow(usedBytes: number): void {
    const doubled = Math.max(this.#receivedBytes, this.#buffer.length * 2, FIRST_BUFFER_BYTES);
    const larger = Buffer.allocUnsafeSlow(Math.min(doubled, this.#needs.maxBytes));
    this.#buffer.copy(larger, 0, 0, usedBytes);
    this.#buffer = larger;
  }

  header(name: string): string | undefined {
    const values = this.headerValues(name);
    return values.length === 0 ? undefined : values.join(', ');
  }

  /** Values of all headers of a lower-case name, in order. */
  headerValues(name: string): readonly string[] {
    return this.#lines.flatMap((line) => {
      const isNamed = line.charAt(name.length) === ':' && line.slice(0, name.length).toLowerCase() === name;
      return isNamed ? [line.slice(name.length + 1).trim()] : [];
    });
  }

  cookie(name: string): string | undefined {
    const pair = this.headerValues('set-cookie').findLast((line) => nameOfCookie(line) === name);
    return pair?.slice(pair.indexOf('=') + 1, endOfPair(pair)).trim();
  }

  text(): string {
    return textOfBody(this.#body(), this.#encoding().charset);
  }

  get bodyBytes(): number {
    const codings = this.#needs.body ? this.#encoding().codings : [];
    return codings.length === 0 ? this.#receivedBytes : this.#body().length;
  }

  value(): Json | undefined {
    return undefined;
  }

  #body(): Buffer {
    const { maxBytes } = this.#needs;
    if (this.#receivedBytes > maxBytes) throw new BodyTooLargeError(maxBytes);
    const received = this.#buffer.subarray(0, this.#receivedBytes);
    return (this.#decoded ??= decodeBody(received, this.#encoding().codings, maxBytes));
  }

  /** Encoding of the body; most responses of a session have the same headers as the one before. */
  #encoding(): BodyEncoding {
    const lines = this.#lines;
    const known = this.#known;
    if (known?.lines.length === lines.length && lines.every((line, index) => line === known.lines[index])) return known;
    return (this.#known = { lines, codings: this.#codings(), charset: charsetOf(this.header('content-type')) });
  }

  /** Codings of the body, in the order in which they were applied. A transfer coding can compress too. */
  #codings(): readonly string[] {
    return [...this.headerValues('content-encoding'), ...this.headerValues('transfer-encoding')]
      .flatMap((list) => list.split(','))
      .map((coding) => coding.trim().toLowerCase())
      .filter((coding) => coding !== '' && coding !== 'chunked' && coding !== 'identity');
  }
}

/** Encoding of a body by header lines. */
interface BodyEncoding {
  readonly lines: readonly string[];
  /** In the order in which they were applied. */
  readonly codings: readonly string[];
  readonly charset: string | undefined;
}

const COLON = 58;
/** Lengths of the names `content-type`, `content-encoding` and `transfer-encoding`. */
const NAME_LENGTHS = [12, 16, 17] as const;

/** Whether a header line may describe the encoding of a body: it has the length of such a name before its colon. */
function mayDescribeBody(bytes: Uint8Array, from: number): boolean {
  const [type, content, transfer] = NAME_LENGTHS;
  return bytes[from + type] === COLON || bytes[from + content] === COLON || bytes[from + transfer] === COLON;
}

function endOfPair(cookie: string): number {
  const end = cookie.indexOf(';');
  return end === -1 ? cookie.length : end;
}

/** Name of the cookie in a `set-cookie` value (RFC 6265, section 5.2). */
function nameOfCookie(cookie: string): string | undefined {
  const equals = cookie.indexOf('=');
  return equals === -1 || equals > endOfPair(cookie) ? undefined : cookie.slice(0, equals).trim();
}

/** `charset` parameter of a `content-type` in lower case. */
function charsetOf(contentType: string | undefined): string | undefined {
  const parameter = contentType?.split(';').find((part) => /^\s*charset\s*=/i.test(part));
  return parameter
    ?.slice(parameter.indexOf('=') + 1)
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .toLowerCase();
}
