import { validateHeaderName, validateHeaderValue } from 'node:http';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import type { RequestPart } from '../../templates/request-data.ts';
import type { HttpOptions } from '../../plan/target.ts';
import type { TraceIds } from '../../shared/trace-id.ts';
import type { DriverOptions, Operation, RequestCheck } from '../driver.ts';
import { workloadError } from '../classify-error.ts';
import { type BodyPart, compileBodyForm, compressBody } from './request-body.ts';
import { compileBody, mapToRest } from './rest-mapping.ts';
import type { Endpoint } from './endpoint.ts';
import { Endpoints } from './endpoints.ts';
import type { OutgoingRequest, RequestFormat, RequestSource } from './outgoing-request.ts';
import { requestFormat } from './request-format.ts';
import { asksToClose } from './request-message.ts';

/** Headers derived from the message. A workload that sets them would break the framing. */
const RESERVED_HEADERS = new Set(['content-length', 'transfer-encoding', 'keep-alive', 'upgrade', 'expect']);

const DEFAULT_CONTENT_TYPE = 'application/json';

/** Methods without a body unless the job gives one. */
const BODILESS = new Set(['GET', 'HEAD']);

/** Builds a job's requests: constant parts are computed once, generated parts for each request. */
export class RequestWriter implements RequestSource {
  /** Method and path for messages, without query and generated values, which may contain secrets. */
  readonly summary: string;
  readonly #request: OutgoingRequest;
  readonly #path: RequestPart;
  readonly #body: BodyPart | undefined;
  /** Whether the request has generated parts. */
  readonly #varies: boolean;
  readonly #headers: readonly GeneratedHeader[];
  readonly #format: RequestFormat;

  /** @throws {LoadbotError} when the job's settings do not form a valid request. */
  constructor({ target, collection, traceIds }: DriverOptions, operation: Operation, endpoint: Endpoint) {
    const { http, materials } = operation;
    const rest = mapToRest(operation, collection);
    const method = checkedMethod(http.method ?? rest.method);
    const base = endpoint.pathPrefix + new URL(http.targetUrl ?? target.url).pathname.replace(/\/$/, '');
    this.#path = prefix(base, http.path === undefined ? rest.path : materials.text(http.path, 'target'));
    const { content, contentType } = bodyOf(operation, BODILESS.has(method) ? undefined : rest.body);
    this.#body = content === undefined || http.compress === undefined ? content : compressBody(content, http.compress);

    const headers = Object.entries(headersOf(http, endpoint, content === undefined ? undefined : contentType));
    const values = headers.map(([, value]) => materials.text(value, 'header'));
    checkHeaders(
      headers.map(([name], n) => [name, values[n] ?? '']),
      endpoint.http2,
    );
    if (traceIds !== undefined) {
      headers.push(['traceparent', '']);
      values.push((sequence) => traceparent(traceIds, sequence));
    }
    const named = headers.map(([name], n) => [name, values[n]] as const);
    this.#headers = named
      .flatMap(([name, value], n) =>
        typeof value === 'function' ? [{ at: n * 2 + 1, name, field: `http.headers.${name}`, value }] : [],
      )
      .sort((a, b) => Number(b.name === 'host') - Number(a.name === 'host'));
    this.#request = {
      method,
      path: typeof this.#path === 'string' ? this.#path : '/',
      headers: named.flatMap(([name, value]) => [name, typeof value === 'string' ? value : '']),
      body: constantBytes(this.#body),
      message: '',
      tail: null,
      closes: named.some(([name, value]) => asksToClose(name, value)),
    };
    this.#varies = [this.#path, this.#body, ...values].some((part) => typeof part === 'function');
    this.#format = requestFormat(endpoint, named);
    if (!this.#varies) this.#format.compose(this.#request, '');
    this.summary = operation.title ?? `${method} ${(http.path ?? `/${collection}`).replace(/\?.*$/s, '')}`;
  }

  /**
   * Builds the request of one ticket; valid until the next call.
   * @throws {ClassifiedError} of class `workload` when the generated data do not form a valid request
   */
  prepare(sequence: number): OutgoingRequest {
    const request = this.#request;
    if (!this.#varies) return request;
    let part = 'http.path';
    try {
      if (typeof this.#path === 'function') request.path = this.#path(sequence);
      part = 'http.body';
      if (typeof this.#body === 'function') request.body = this.#body(sequence);
      let lines = '';
      for (const { at, name, field, value } of this.#headers) {
        part = field;
        const text = value(sequence);
        requireHeaderValue(name, text);
        request.headers[at] = text;
        if (name === 'connection') request.closes = asksToClose(name, text);
        lines += this.#format.field(name, text);
      }
      part = 'http';
      this.#format.compose(request, lines);
    } catch (error) {
      throw workloadError(part, error);
    }
    return request;
  }
}

/** Bytes of a constant body; `null` without one. */
function constantBytes(body: BodyPart | undefined): Buffer | null {
  if (body === undefined || typeof body === 'function') return null;
  return typeof body === 'string' ? Buffer.from(body) : body;
}

/** A header with a generated value. */
interface GeneratedHeader {
  /** Index of the value in the request's headers. */
  readonly at: number;
  readonly name: string;
  /** The workload's path of the header. */
  readonly field: string;
  readonly value: (sequence: number) => string;
}

/** A path below the target's base path. */
function prefix(base: string, path: RequestPart): RequestPart {
  const below = (text: string): string => (text.startsWith('/') ? base + text : `${base}/${text}`);
  return typeof path === 'string' ? below(path) : (sequence) => below(path(sequence));
}

/**
 * The body that a job gives, in one of its forms, or the default.
 * @throws {LoadbotError} when `headers` set a content type that contradicts the form
 */
function bodyOf(operation: Operation, byDefault: RequestPart | undefined): { content?: BodyPart; contentType: string } {
  const { body, bodyForm, headers } = operation.http;
  const given = headers['content-type'];
  if (bodyForm === undefined) {
    const contentType = given ?? DEFAULT_CONTENT_TYPE;
    const content = body === undefined ? byDefault : compileBody(operation, body, contentType);
    return content === undefined ? { contentType } : { content, contentType };
  }
  const formed = compileBodyForm(bodyForm, operation.materials);
  if (given === undefined || bodyForm.kind === 'file')
    return { content: formed.content, contentType: given ?? formed.contentType };
  const type = formed.contentType.split(';', 1)[0]!; // a split has at least one part
  if (bodyForm.kind === 'form' && given.toLowerCase().startsWith(type))
    return { content: formed.content, contentType: given };
  throw new LoadbotError(
    'config_invalid',
    `the header content-type contradicts \`http.${bodyForm.kind}\`, which is ${type}`,
    {
      field: ['http', 'headers', 'content-type'],
      hint: 'remove the header; if the workload sets it, set it to null here',
    },
  );
}

/** @param contentType of the body; `undefined`: no body */
function headersOf(http: HttpOptions, endpoint: Endpoint, contentType: string | undefined): Record<string, string> {
  const { compress, headers } = http;
  if (compress !== undefined && headers['content-encoding'] !== undefined) {
    throw new LoadbotError('config_invalid', 'the header content-encoding and `http.compress` are both given', {
      field: ['http', 'compress'],
      hint: 'keep one of the two: `compress` compresses the body and sets the header',
    });
  }
  return {
    ...endpoint.headers,
    'user-agent': 'loadbot-agent',
    ...(contentType === undefined ? undefined : { 'content-type': contentType }),
    ...(contentType === undefined || compress === undefined ? undefined : { 'content-encoding': compress }),
    ...headers,
  };
}

/** W3C Trace Context: version 00, sampled. */
function traceparent(ids: TraceIds, sequence: number): string {
  return `00-${ids.traceId(sequence)}-${ids.spanId(sequence)}-01`;
}

/** CONNECT opens a tunnel, so it has no response to measure. */
function checkedMethod(method: string): string {
  if (/^[A-Z-]+$/.test(method) && method !== 'CONNECT') return method;
  throw new LoadbotError('config_invalid', `${method} is not a method that a job can send`, {
    field: ['http', 'method'],
    hint: 'methods are upper-case words such as GET, POST, PUT, PATCH, DELETE',
  });
}

function checkHeaders(headers: readonly (readonly [name: string, value: RequestPart])[], isHttp2: boolean): void {
  for (const [name, value] of headers) {
    if (RESERVED_HEADERS.has(name)) {
      throw new LoadbotError('config_invalid', `the header ${name} is derived from the request and cannot be set`, {
        field: ['http', 'headers', name],
        hint: `remove ${name} from the http headers`,
      });
    }
    if (isHttp2 && name === 'te' && typeof value === 'string' && value !== 'trailers') {
      throw new LoadbotError('config_invalid', 'the header te can only be "trailers" over HTTP/2', {
        field: ['http', 'headers', name],
        hint: 'remove the header, or use `http.version` 1',
      });
    }
    try {
      if (!PLAIN_NAME.test(name)) validateHeaderName(name);
      if (typeof value === 'string') requireHeaderValue(name, value);
    } catch (error) {
      // Node's message contains the header's name, never its value.
      throw new LoadbotError('config_invalid', messageOf(error), {
        field: ['http', 'headers', name],
        cause: error,
      });
    }
  }
}

/** Names and values that are surely valid: node:http, which has the exact rules, is loaded only for others. */
const PLAIN_NAME = /^[a-z0-9-]+$/i;
const PLAIN_VALUE = /^[\x20-\x7e]*$/;

/** @throws {TypeError} for a value with invalid characters */
function requireHeaderValue(name: string, value: string): void {
  if (!PLAIN_VALUE.test(value)) validateHeaderValue(name, value);
}

/** Creates the check of requests over HTTP. It caches endpoints: parsing certificates is slow and most jobs share them. */
export function httpRequestCheck(): RequestCheck {
  const known = new Map<string, Endpoints>();
  return (options) => {
    const { version, tls, proxy, unixSocket, connectTo, localAddresses } = options.http;
    const key = JSON.stringify([version, tls, proxy, unixSocket, connectTo, localAddresses]);
    const endpoints = known.get(key) ?? new Endpoints(options);
    known.set(key, endpoints);
    for (const operation of options.operations)
      void new RequestWriter(options, operation, endpoints.ofOperation(operation));
  };
}
