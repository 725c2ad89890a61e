import type { NamedValues, OutgoingRequest, RequestFormat } from '../outgoing-request.ts';
import { EXPECT_BODY } from '../request-message.ts';
import { encodeField } from './header-encoder.ts';

/** Connection-specific headers, which HTTP/2 forbids (RFC 9113, section 8.2.2). */
const PER_CONNECTION = new Set(['connection', 'proxy-connection']);

/** Larger bodies are written as they are, instead of as a part of the text of a request. */
const MOST_TEXT_BYTES = 16 * 1024;

/** Encodes requests for HTTP/2: the message is a header block, as text of Latin-1 characters. */
export class Http2Format implements RequestFormat {
  readonly #scheme: string;
  /** Pseudo-headers before the path. Empty without those that are generated. */
  readonly #authority: string;
  readonly #fields: string;
  #method = '';
  #methodField = '';

  constructor(origin: string, headers: NamedValues) {
    const { protocol, host } = new URL(origin);
    this.#scheme = encodeField(':scheme', protocol.slice(0, -1));
    const isNamed = headers.some(([name]) => name === 'host');
    let authority = isNamed ? '' : this.field('host', host);
    let fields = '';
    for (const [name, value] of headers) {
      if (typeof value !== 'string') continue;
      if (name === 'host') authority = this.field(name, value);
      else fields += this.field(name, value);
    }
    this.#authority = authority;
    this.#fields = fields;
  }

  field(name: string, value: string): string {
    if (name === 'host') return encodeField(':authority', value.trim());
    if (PER_CONNECTION.has(name)) return '';
    if (name === 'te' && value !== 'trailers') throw new Error('the header te can only be "trailers" over HTTP/2');
    return encodeField(name, value.trim());
  }

  compose(request: OutgoingRequest, generated: string): void {
    const { method, path, body } = request;
    if (method !== this.#method) {
      this.#method = method;
      this.#methodField = encodeField(':method', method);
    }
    const bytes = body === null ? 0 : Buffer.byteLength(body);
    const length = bytes > 0 || EXPECT_BODY.has(method) ? encodeField('content-length', String(bytes)) : '';
    const pseudo = this.#methodField + this.#scheme + encodeField(':path', path) + this.#authority;
    request.message = pseudo + generated + this.#fields + length;
    request.tail = body === null ? null : asText(body, bytes);
  }
}

/** A small body as text whose characters are its bytes. */
function asText(body: string | Buffer, bytes: number): string | Buffer {
  if (bytes <= MOST_TEXT_BYTES && typeof body === 'string' && body.length === bytes) return body;
  const buffer = typeof body === 'string' ? Buffer.from(body) : body;
  return bytes <= MOST_TEXT_BYTES ? buffer.toString('latin1') : buffer;
}
