import type { Cookies } from './cookies.ts';
import type { Endpoint } from './endpoint.ts';
import { composeHop, firstHop, type Hop, isRedirect, nextHop, tooManyRedirects } from './hop.ts';
import type { HttpResponse } from './http-response.ts';
import type { OutgoingRequest } from './outgoing-request.ts';

/** A request and the endpoint to send it to. */
export interface RoutedRequest {
  readonly request: OutgoingRequest;
  readonly endpoint: Endpoint;
}

/** Follows the redirects of a session's requests, and keeps its cookies. */
export class Redirects {
  readonly #cookies: Cookies | undefined;
  readonly #endpointOf: (origin: string) => Endpoint;
  #hop: Hop | undefined;
  #most = 0;
  /** Status codes of the redirects that the request in flight has followed. */
  #followed: number[] = [];

  /**
   * @param cookies `undefined`: cookies are ignored
   * @param endpointOf returns the endpoint of an origin
   */
  constructor(cookies: Cookies | undefined, endpointOf: (origin: string) => Endpoint) {
    this.#cookies = cookies;
    this.#endpointOf = endpointOf;
  }

  /**
   * Starts a request. Returns it with the cookies of its URL.
   * @param most maximum number of redirects
   */
  begin(request: OutgoingRequest, endpoint: Endpoint, most: number): OutgoingRequest {
    const hop = firstHop(request, endpoint);
    this.#hop = hop;
    this.#most = most;
    if (this.#followed.length > 0) this.#followed = [];
    const own = ownCookie(hop);
    const cookie = this.#cookies?.headerFor(hop.url, own);
    return cookie === own ? request : composeHop(hop, endpoint, cookie);
  }

  /**
   * Handles a response. Returns the request that follows it; `undefined`: the response is the last one.
   * @throws {ClassifiedError} of class `protocol` for a redirect that cannot be followed
   */
  follow(status: number, response: HttpResponse): RoutedRequest | undefined {
    const hop = this.#hop!; // `begin` comes first
    const set = this.#cookies === undefined ? [] : response.headerValues('set-cookie');
    if (set.length > 0) this.#cookies?.receive(set, hop.url);
    if (this.#most === 0 || !isRedirect(status)) return undefined;
    const location = response.header('location');
    if (location === undefined) return undefined;
    if (this.#followed.length >= this.#most) throw tooManyRedirects(this.#most);
    this.#followed.push(status);
    const next = nextHop(hop, status, location);
    const endpoint = this.#endpointOf(next.url.origin);
    this.#hop = next;
    const own = ownCookie(next);
    return { request: composeHop(next, endpoint, this.#cookies?.headerFor(next.url, own)), endpoint };
  }

  /** Returns the status codes of the followed redirects, once; `undefined`: none. */
  takeFollowed(): readonly number[] | undefined {
    const followed = this.#followed;
    if (followed.length === 0) return undefined;
    this.#followed = [];
    return followed;
  }

  /** Forgets the cookies. */
  forget(): void {
    this.#cookies?.clear();
  }
}

function ownCookie({ headers }: Hop): string | undefined {
  return headers.find(([name]) => name === 'cookie')?.[1];
}
