import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** A request as a site sees it. */
export interface SiteRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly cookies: ReadonlyMap<string, string>;
  readonly body: Buffer;
  /** Virtual user, from the header `x-user`. */
  readonly user: number;
  /** Iteration of the job, from the header `x-iteration`. */
  readonly iteration: number;
  /** Values of the `:name` parts of the route's pattern, in order. */
  readonly values: readonly string[];
}

/** An answer: text is sent as HTML, another body as JSON. */
export interface SiteReply {
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: unknown;
}

export interface SiteRoute {
  readonly method: string;
  /** Path with `:name` for one segment of any value: `/users/:id`. */
  readonly pattern: string;
  readonly handle: (request: SiteRequest) => SiteReply;
}

/** A site of the tests: its routes, and the ledger that they write to. */
export type Site = (ledger: Ledger) => readonly SiteRoute[];

/** Requests by route, and everything that a correct client would not have sent. */
export class Ledger {
  readonly counts = new Map<string, number>();
  readonly violations: string[] = [];
  #tokens = 0;

  count(key: string): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
  }

  /** Records a violation unless the condition holds. */
  require(condition: boolean, { method, path, user, iteration }: SiteRequest, message: string): boolean {
    if (!condition) this.violations.push(`user ${user}, iteration ${iteration}: ${method} ${path}: ${message}`);
    return condition;
  }

  /** A text that no client can guess. */
  token(): string {
    this.#tokens += 1;
    return `${this.#tokens}${Math.random().toString(36).slice(2, 12)}`;
  }
}

/** Values that the site gave to one user each, with their state. Another user who sends one is a violation. */
export class Grants<State> {
  readonly #ledger: Ledger;
  readonly #granted = new Map<string, { readonly user: number; readonly state: State }>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  get size(): number {
    return this.#granted.size;
  }

  /** @param value what to give; without it, an unguessable token */
  give(request: SiteRequest, state: State, value = this.#ledger.token()): string {
    this.#granted.set(value, { user: request.user, state });
    return value;
  }

  /** State of a value that the user who sends it got earlier. `undefined` is a violation. */
  use(request: SiteRequest, value: string | undefined, name: string): State | undefined {
    const granted = this.#granted.get(value ?? '');
    const isKnown = this.#ledger.require(granted !== undefined, request, `unknown ${name} ${String(value)}`);
    if (!isKnown || granted === undefined) return undefined;
    const isOwn = Object.is(granted.user, request.user);
    return this.#ledger.require(isOwn, request, `${name} of user ${granted.user}`) ? granted.state : undefined;
  }

  /** Uses a value for the last time. */
  spend(request: SiteRequest, value: string | undefined, name: string): State | undefined {
    const state = this.use(request, value, name);
    this.#granted.delete(value ?? '');
    return state;
  }
}

/** Values of which each may come once. */
export class Once {
  readonly #ledger: Ledger;
  readonly #seen = new Set<string>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  get size(): number {
    return this.#seen.size;
  }

  use(request: SiteRequest, value: string, name: string): void {
    this.#ledger.require(!this.#seen.has(value), request, `${name} ${value} was used before`);
    this.#seen.add(value);
  }
}

/** Body as JSON; `{}` for another body. */
export function jsonOf({ body }: SiteRequest): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(body.toString()) as Readonly<Record<string, unknown>>; // sites read nothing but fields
  } catch {
    return {};
  }
}

/** Body as a form; a violation without the content type of one. */
export function formOf(request: SiteRequest, ledger: Ledger): URLSearchParams {
  const type = request.headers['content-type'] ?? '';
  ledger.require(type.startsWith('application/x-www-form-urlencoded'), request, `not a form but ${type}`);
  return new URLSearchParams(request.body.toString());
}

export function redirect(location: string, status = 302, headers: OutgoingHttpHeaders = {}): SiteReply {
  return { status, headers: { location, ...headers }, body: '' };
}

export function page(title: string, content: string): SiteReply {
  return { body: `<!DOCTYPE html><html><head><title>${title}</title></head><body>\n${content}\n</body></html>` };
}

/** A hidden field of a form. */
export function hidden(name: string, value: string): string {
  return `<input type="hidden" name="${name}" value="${value}">`;
}

export function get(pattern: string, handle: SiteRoute['handle']): SiteRoute {
  return { method: 'GET', pattern, handle };
}

export function post(pattern: string, handle: SiteRoute['handle']): SiteRoute {
  return { method: 'POST', pattern, handle };
}
