import { createHash, randomBytes } from 'node:crypto';
import type { ErrorClass } from '../../shared/outcome.ts';
import { cutText } from '../../shared/text.ts';
import { ClassifiedError } from '../classify-error.ts';
import { checkCompression, COMPRESSION_OFFER } from './compression.ts';
import type { WebSocketSettings } from './settings.ts';

/** Appended to the key before it is hashed (RFC 6455, section 1.3). */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** Maximum size of the server's answer, in bytes. */
const MOST_HEAD_BYTES = 65_536;
const STATUS_LINE = /^HTTP\/1\.[01] ([1-5]\d\d)(?: ([^\r\n]*))?$/;

/** The request that turns an HTTP connection into a WebSocket, and the check of its answer. */
export class Upgrade {
  readonly #settings: WebSocketSettings;
  readonly #key = randomBytes(16).toString('base64');
  #head = '';

  constructor(settings: WebSocketSettings) {
    this.#settings = settings;
  }

  /** The request. */
  get request(): string {
    const { path, host, headers, subprotocols, compression } = this.#settings;
    const lines = [
      `GET ${path} HTTP/1.1`,
      `host: ${host}`,
      'connection: Upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      `sec-websocket-key: ${this.#key}`,
      ...(subprotocols.length === 0 ? [] : [`sec-websocket-protocol: ${subprotocols.join(', ')}`]),
      ...(compression ? [`sec-websocket-extensions: ${COMPRESSION_OFFER}`] : []),
      ...headers.map(([name, value]) => `${name}: ${value}`),
    ];
    return `${lines.join('\r\n')}\r\n\r\n`;
  }

  /**
   * Reads the next bytes of the answer.
   * @returns where the first frame begins; `undefined`: the answer is not complete
   * @throws {ClassifiedError} when the server refuses, or its answer is not valid
   */
  read(bytes: Buffer, length: number): number | undefined {
    const before = this.#head.length;
    this.#head += bytes.toString('latin1', 0, length);
    if (before < MIN_STATUS_LINE && !'HTTP/1.'.startsWith(this.#head.slice(0, 7)))
      throw new ClassifiedError('protocol', 'the server did not answer the upgrade with HTTP/1.1');
    const end = this.#head.indexOf('\r\n\r\n', Math.max(0, before - 3));
    if (end < 0 && this.#head.length <= MOST_HEAD_BYTES) return undefined;
    if (end < 0 || end > MOST_HEAD_BYTES)
      throw new ClassifiedError(
        'protocol',
        `the server answered the upgrade with headers of more than ${MOST_HEAD_BYTES} bytes`,
      );
    this.#check(this.#head.slice(0, end).split('\r\n'));
    return end + 4 - before;
  }

  #check([statusLine = '', ...lines]: readonly string[]): void {
    const [, status = '', reason = ''] = STATUS_LINE.exec(statusLine) ?? [];
    if (status === '') throw new ClassifiedError('protocol', 'the server did not answer the upgrade with HTTP/1.1');
    if (status !== '101') {
      const message = `the server answered the upgrade with HTTP ${status} ${cutText(reason, 60)}`.trim();
      throw new ClassifiedError(classOfStatus(Number(status)), message);
    }
    const headers = readHeaders(lines);
    const accept = createHash('sha1')
      .update(this.#key + GUID)
      .digest('base64');
    const isUpgraded =
      headers.get('upgrade')?.toLowerCase() === 'websocket' &&
      /(?:^|,)\s*upgrade\s*(?:,|$)/i.test(headers.get('connection') ?? '');
    if (!isUpgraded) throw new ClassifiedError('protocol', 'the server did not switch to the protocol websocket');
    if (headers.get('sec-websocket-accept') !== accept)
      throw new ClassifiedError('protocol', 'the server sent a wrong sec-websocket-accept');
    this.#checkSubprotocol(headers.get('sec-websocket-protocol'));
    const extensions = headers.get('sec-websocket-extensions');
    if (this.#settings.compression) checkCompression(extensions);
    else if (extensions !== undefined && extensions !== '')
      throw new ClassifiedError('protocol', 'the server uses an extension that was not offered');
  }

  #checkSubprotocol(chosen: string | undefined): void {
    const { subprotocols } = this.#settings;
    if (chosen === undefined && subprotocols.length === 0) return;
    if (chosen === undefined)
      throw new ClassifiedError('protocol', `the server supports none of the subprotocols ${subprotocols.join(', ')}`);
    if (!subprotocols.includes(chosen))
      throw new ClassifiedError('protocol', 'the server chose a subprotocol that was not offered');
  }
}

/** Bytes after which a first line that is not of HTTP is recognized. */
const MIN_STATUS_LINE = 7;

/** Values by lower-case name; several of the same name are joined. */
function readHeaders(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) throw new ClassifiedError('protocol', 'the server answered the upgrade with a malformed header');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return headers;
}

function classOfStatus(status: number): ErrorClass {
  if (status >= 500) return 'status_5xx';
  return status >= 400 ? 'status_4xx' : 'protocol';
}
