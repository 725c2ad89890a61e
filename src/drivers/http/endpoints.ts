import type { DriverOptions, Operation } from '../driver.ts';
import { type Endpoint, resolveEndpoint } from './endpoint.ts';

/** Most endpoints that redirects lead to: a server may redirect anywhere. */
const MOST_REDIRECTED = 1000;

/** Endpoints of a job by origin, each created once. */
export class Endpoints {
  readonly #options: DriverOptions;
  readonly #named = new Map<string, Endpoint>();
  readonly #redirected = new Map<string, Endpoint>();

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  /**
   * The endpoint of an operation: that of the job's target, or of the target that the operation names.
   * @throws {LoadbotError} when a URL, a certificate or a key cannot be used
   */
  ofOperation({ http }: Pick<Operation, 'http'>): Endpoint {
    const options = this.#options;
    const { origin } = new URL(options.target.url);
    if (http.targetUrl === undefined || new URL(http.targetUrl).origin === origin) {
      return this.#name(origin, () => resolveEndpoint(options));
    }
    // The unix socket and the server name are of the job's target.
    const tls = { ...options.http.tls, serverName: undefined };
    const others = { ...options.http, proxy: http.proxy, unixSocket: undefined, tls };
    const target = { ...options.target, url: http.targetUrl };
    return this.#name(new URL(http.targetUrl).origin, () => resolveEndpoint({ ...options, http: others, target }));
  }

  /** The endpoint that a redirect leads to. An origin that no operation names does not get the client certificate. */
  ofRedirect(origin: string): Endpoint {
    const known = this.#named.get(origin) ?? this.#redirected.get(origin);
    if (known !== undefined) return known;
    if (this.#redirected.size >= MOST_REDIRECTED) this.#redirected.clear();
    const options = this.#options;
    const tls = { ...options.http.tls, cert: undefined, key: undefined, serverName: undefined };
    const http = { ...options.http, unixSocket: undefined, tls };
    const endpoint = resolveEndpoint({ ...options, http, target: { ...options.target, url: origin } });
    this.#redirected.set(origin, endpoint);
    return endpoint;
  }

  #name(origin: string, create: () => Endpoint): Endpoint {
    const known = this.#named.get(origin);
    if (known !== undefined) return known;
    const endpoint = create();
    this.#named.set(origin, endpoint);
    return endpoint;
  }
}
