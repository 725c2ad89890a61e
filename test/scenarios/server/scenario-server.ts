import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Ledger, type Site, type SiteReply, type SiteRequest, type SiteRoute } from './site.ts';

/** Key of a route in `Ledger.counts`. */
export function routeKey({ method, pattern }: Pick<SiteRoute, 'method' | 'pattern'>): string {
  return `${method} ${pattern}`;
}

/** The route of a path, and the values of its `:name` parts. */
export function matchRoute(
  routes: readonly SiteRoute[],
  method: string,
  path: string,
): { readonly route: SiteRoute; readonly values: readonly string[] } | undefined {
  for (const route of routes) {
    const match = route.method === method ? expressionOf(route).exec(path) : null;
    if (match !== null) return { route, values: match.slice(1).map(decodeURIComponent) };
  }
  return undefined;
}

const expressions = new WeakMap<SiteRoute, RegExp>();

function expressionOf(route: SiteRoute): RegExp {
  const known = expressions.get(route);
  if (known !== undefined) return known;
  const pattern = route.pattern.replaceAll('.', '\\.').replaceAll(/:\w+/g, '([^/]+)');
  const expression = new RegExp(`^${pattern}$`);
  expressions.set(route, expression);
  return expression;
}

/** A site on a port of its own. */
export class ScenarioServer {
  readonly ledger = new Ledger();
  readonly routes: readonly SiteRoute[];
  readonly #server: Server;
  /** Location that the last answer to a user redirected to: its next request is a hop, not a step. */
  readonly #redirects = new Map<number, string>();

  private constructor(site: Site) {
    this.routes = site(this.ledger);
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => this.#answer(request, Buffer.concat(chunks), response));
    });
    this.#server.keepAliveTimeout = 60_000;
  }

  static async start(site: Site): Promise<ScenarioServer> {
    const server = new ScenarioServer(site);
    await new Promise<void>((resolve) => {
      server.#server.listen(0, '127.0.0.1', resolve);
    });
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`; // it listens on a port
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(incoming: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const { method = '', headers } = incoming;
    const { pathname, search, searchParams } = new URL(incoming.url ?? '/', 'http://site');
    const matched = matchRoute(this.routes, method, pathname);
    const request: SiteRequest = {
      method,
      path: pathname,
      query: searchParams,
      headers,
      cookies: parseCookies(headers.cookie),
      body,
      user: Number(headers['x-user'] ?? Number.NaN),
      iteration: Number(headers['x-iteration'] ?? Number.NaN),
      values: matched?.values ?? [],
    };
    this.#countRequest(request, pathname + search, matched?.route);
    const reply = this.#handle(request, matched?.route);
    const location = reply.headers?.location;
    if (typeof location === 'string' && !Number.isNaN(request.user)) this.#redirects.set(request.user, location);
    send(response, reply);
  }

  #countRequest(request: SiteRequest, url: string, route: SiteRoute | undefined): void {
    const isHop = this.#redirects.get(request.user) === url;
    this.#redirects.delete(request.user);
    if (route === undefined) this.ledger.count(`${request.method} not found`);
    else this.ledger.count(isHop ? `hop ${routeKey(route)}` : routeKey(route));
  }

  #handle(request: SiteRequest, route: SiteRoute | undefined): SiteReply {
    if (route === undefined) return { status: 404, body: { error: 'not found' } };
    try {
      return route.handle(request);
    } catch (error) {
      this.ledger.require(false, request, String(error));
      return { status: 500, body: { error: String(error) } };
    }
  }
}

function send(response: ServerResponse, { status = 200, headers = {}, body = {} }: SiteReply): void {
  const isText = typeof body === 'string' || Buffer.isBuffer(body);
  const type = isText ? 'text/html; charset=utf-8' : 'application/json';
  const content = isText ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(content), ...headers });
  response.end(content);
}

function parseCookies(header: string | undefined): ReadonlyMap<string, string> {
  const pairs = (header ?? '').split('; ').filter((pair) => pair !== '');
  return new Map(
    pairs.map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')];
    }),
  );
}
