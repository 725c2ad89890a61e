import { validateHeaderName, validateHeaderValue } from 'node:http';
import { LoadbotError, messageOf } from '../../core/errors.ts';
import type { HttpOptions } from '../../core/target.ts';
import type { TraceIds } from '../../core/trace-id.ts';
import type { DriverOptions, Operation } from '../driver.ts';
import type { Endpoint } from './endpoint.ts';
import { asksToClose, composeMessage, headerLine, headerLines } from './request-message.ts';
import { mapToRest } from './rest-mapping.ts';
import { compileJson, compileText, map, type Part, type Placeholders } from './template.ts';

/** One request, ready to be sent; the same object is refilled for every request. */
export interface OutgoingRequest {
  readonly method: string;
  /** Origin-form, or absolute-form through a proxy. */
  path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  body: string | Buffer | null;
  /** All of it as it crosses an HTTP/1.1 connection; empty for HTTP/2. */
  message: string | Buffer;
  /** The connection ends with it. */
  closes: boolean;
}

/** Headers that follow from the message itself; a workload that sets them would break the framing. */
const OURS = new Set(['content-length', 'transfer-encoding', 'keep-alive', 'upgrade', 'expect']);

/** Methods whose requests carry no document unless the job gives a body. */
const BODILESS = new Set(['GET', 'HEAD']);

/** Writes a job's requests: what is the same in all of them was computed once, the rest is filled in for each. */
export class RequestWriter {
  /** Method and path for messages: without query and generated values, which may hold secrets. */
  readonly summary: string;
  readonly #request: OutgoingRequest;
  readonly #path: Part;
  readonly #body: Part | undefined;
  /** Whether something in it is made for each ticket. */
  readonly #varies: boolean;
  readonly #headers: readonly GeneratedHeader[];
  /** The headers that are always the same, as HTTP/1.1 writes them; `undefined`: this is HTTP/2. */
  readonly #constantLines: string | undefined;

  /** @throws {LoadbotError} when the job's settings make no request. */
  constructor({ target, collection, traceIds }: DriverOptions, operation: Operation, endpoint: Endpoint) {
    const { http, materials } = operation;
    const rest = mapToRest(operation, collection);
    const inText = placeholders(operation, collection, String);
    const method = checkedMethod(http.method ?? rest.method);
    const base = endpoint.pathPrefix + new URL(target.url).pathname.replace(/\/$/, '');
    const inPath = placeholders(operation, collection, encodeURIComponent);
    const path = http.path === undefined ? rest.path : map(compileText(http.path, materials, inPath), legalPath);
    this.#path = map(path, (text) => (text.startsWith('/') ? base + text : `${base}/${text}`));
    this.#body = bodyOf(operation, collection, BODILESS.has(method) ? undefined : rest.body);

    const headers = Object.entries(headersOf(http, endpoint, this.#body !== undefined));
    checkHeaders(headers);
    const values = headers.map(([, value]) => compileText(value, materials, inText));
    if (traceIds !== undefined) {
      headers.push(['traceparent', '']);
      values.push((sequence) => traceparent(traceIds, sequence));
    }
    const named = headers.map(([name], n) => [name, values[n]] as const);
    this.#headers = named.flatMap(([name, value], n) =>
      typeof value === 'function' ? [{ at: n * 2 + 1, name, value }] : [],
    );
    this.#request = {
      method,
      path: typeof this.#path === 'string' ? this.#path : '/',
      headers: named.flatMap(([name, value]) => [name, typeof value === 'string' ? value : '']),
      body: typeof this.#body === 'string' ? Buffer.from(this.#body) : null,
      message: '',
      closes: named.some(([name, value]) => asksToClose(name, value)),
    };
    this.#varies = [this.#path, this.#body, ...values].some((part) => typeof part === 'function');
    this.#constantLines = endpoint.http2 ? undefined : headerLines(new URL(endpoint.origin).host, named);
    if (!this.#varies) this.#compose('');
    this.summary = `${method} ${(http.path ?? `/${collection}`).replace(/\?.*$/s, '')}`;
  }

  /** The request of one ticket; valid until the next call. */
  prepare(sequence: number): OutgoingRequest {
    const request = this.#request;
    if (!this.#varies) return request;
    if (typeof this.#path === 'function') request.path = this.#path(sequence);
    if (typeof this.#body === 'function') request.body = this.#body(sequence);
    let lines = '';
    for (const { at, name, value } of this.#headers) {
      const text = value(sequence);
      validateHeaderValue(name, text);
      request.headers[at] = text;
      if (name === 'connection') request.closes = asksToClose(name, text);
      lines += headerLine(name, text);
    }
    this.#compose(lines);
    return request;
  }

  /** @param lines of the generated headers */
  #compose(lines: string): void {
    if (this.#constantLines === undefined) return;
    const { method, path, body } = this.#request;
    this.#request.message = composeMessage(method, path, this.#constantLines + lines, body);
  }
}

/** A header whose value is made for each ticket. */
interface GeneratedHeader {
  /** Where the value stands among the request's headers. */
  readonly at: number;
  readonly name: string;
  readonly value: (sequence: number) => string;
}

function bodyOf(operation: Operation, collection: string, fallback: Part | undefined): Part | undefined {
  const { http, materials } = operation;
  if (http.body === undefined) return fallback;
  if (http.body === null) return undefined;
  if (typeof http.body === 'string')
    return compileText(http.body, materials, placeholders(operation, collection, String));
  return compileJson(http.body, materials, placeholders(operation, collection, escapeInJson));
}

function placeholders({ materials }: Operation, collection: string, escape: Placeholders['escape']): Placeholders {
  return { collection, key: (sequence) => materials.key(sequence), escape };
}

/** A text as it stands between the quotes of a JSON string. */
function escapeInJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function headersOf(http: HttpOptions, endpoint: Endpoint, hasBody: boolean): Record<string, string> {
  return {
    ...endpoint.headers,
    'user-agent': 'loadbot-agent',
    ...(hasBody ? { 'content-type': 'application/json' } : undefined),
    ...http.headers,
  };
}

/** W3C Trace Context: version 00, sampled. */
function traceparent(ids: TraceIds, sequence: number): string {
  return `00-${ids.traceId(sequence)}-${ids.spanId(sequence)}-01`;
}

/** CONNECT opens a tunnel and so has no response to measure. */
function checkedMethod(method: string): string {
  if (/^[A-Z-]+$/.test(method) && method !== 'CONNECT') return method;
  throw new LoadbotError('config_invalid', `${method} is no method that a job can send`, {
    hint: 'methods are upper-case words such as GET, POST, PUT, PATCH, DELETE',
  });
}

function checkHeaders(headers: readonly (readonly [name: string, value: string])[]): void {
  for (const [name, value] of headers) {
    if (OURS.has(name)) {
      throw new LoadbotError('config_invalid', `the header ${name} follows from the request and cannot be set`, {
        hint: `remove ${name} from the http headers`,
      });
    }
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch (error) {
      // Node's message names the header and never its value.
      throw new LoadbotError('config_invalid', messageOf(error), { cause: error });
    }
  }
}

/** Percent-encodes what no request target may hold; whatever else the workload wrote stays as it is. */
function legalPath(path: string): string {
  return path.replace(/[^!"$-~]+/g, (run) => encodeURIComponent(run));
}
