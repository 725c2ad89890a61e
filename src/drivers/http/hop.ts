import { ClassifiedError } from '../classify-error.ts';
import type { Endpoint } from './endpoint.ts';
import { requestFormat } from './request-format.ts';
import { asksToClose } from './request-message.ts';
import type { OutgoingRequest } from './outgoing-request.ts';

/** One request of a chain of redirects. */
export interface Hop {
  readonly method: string;
  readonly url: URL;
  /** Path and query as sent: the first request's are not normalized. */
  readonly path: string;
  /** Names in lower case and values, without those that the route to the server requires. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Buffer | null;
}

/** Headers with credentials, which stay at their origin. */
const CREDENTIALS = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** Headers that describe a body. */
const OF_BODY = new Set(['content-type', 'content-encoding', 'content-language', 'content-location']);

/** Headers of one origin: its credentials and its name. */
function isOfOrigin(name: string): boolean {
  return CREDENTIALS.has(name) || name === 'host';
}

/** Redirects that are followed; 300 and 304 are not. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** The first hop of a request that was prepared for an endpoint. */
export function firstHop(request: OutgoingRequest, endpoint: Endpoint): Hop {
  const headers: [string, string][] = [];
  for (let at = 0; at < request.headers.length; at += 2) {
    const name = request.headers[at]!; // alternating names and values
    if (endpoint.headers[name] === undefined) headers.push([name, request.headers[at + 1] ?? '']);
  }
  const origin = endpoint.pathPrefix === '' ? endpoint.origin : endpoint.pathPrefix;
  const path = request.path.slice(endpoint.pathPrefix.length);
  return { method: request.method, url: new URL(origin + path), path, headers, body: request.body };
}

/**
 * Returns the request that a redirect asks for (RFC 9110, section 15.4): GET after 303, and after 301 and 302 to a POST.
 * @param location value of the `location` header, its bytes as Latin-1
 * @throws {ClassifiedError} of class `protocol` when the location cannot be followed
 */
export function nextHop(hop: Hop, status: number, location: string): Hop {
  const target = Buffer.from(location, 'latin1').toString();
  const url = URL.canParse(target, hop.url.href) ? new URL(target, hop.url) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    const kind = url === undefined ? 'an invalid URL' : `a ${url.protocol} URL`;
    throw new ClassifiedError('protocol', `the server's redirect has ${kind} as its location`);
  }
  url.hash = '';
  url.username = '';
  url.password = '';
  const becomesGet =
    (status === 303 && hop.method !== 'HEAD') || (hop.method === 'POST' && (status === 301 || status === 302));
  const leaves = url.origin !== hop.url.origin;
  const headers = hop.headers.filter(([name]) => !(leaves && isOfOrigin(name)) && !(becomesGet && OF_BODY.has(name)));
  const path = url.pathname + url.search;
  return { method: becomesGet ? 'GET' : hop.method, url, path, headers, body: becomesGet ? null : hop.body };
}

/** Composes the request of a hop. @param cookie its `cookie` header, instead of its own */
export function composeHop(hop: Hop, endpoint: Endpoint, cookie: string | undefined): OutgoingRequest {
  const { method, body } = hop;
  const named = [
    ...Object.entries(endpoint.headers),
    ...hop.headers.filter(([name]) => cookie === undefined || name !== 'cookie'),
    ...(cookie === undefined ? [] : [['cookie', cookie] as const]),
  ];
  const path = endpoint.pathPrefix + hop.path;
  const request: OutgoingRequest = {
    method,
    path,
    headers: named.flat(),
    body,
    message: '',
    tail: null,
    closes: named.some(([name, value]) => asksToClose(name, value)),
  };
  requestFormat(endpoint, named).compose(request, '');
  return request;
}

/** The error of a request with more redirects than it may follow. */
export function tooManyRedirects(most: number): ClassifiedError {
  return new ClassifiedError('protocol', `the server sent more than ${most} redirects (http.redirects)`);
}
