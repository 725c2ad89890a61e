import type { Json } from '../shared/json.ts';
import type { TlsOptions } from '../shared/network/destination.ts';

/** A field of a `multipart/form-data` body. */
export interface MultipartField {
  readonly name: string;
  /** Text with template tags, or the content of a file, which threads share. */
  readonly content: string | SharedArrayBuffer;
  /** May contain template tags. */
  readonly filename: string | undefined;
  /** Content type; `undefined`: none for text. */
  readonly type: string | undefined;
}

/** Request body in a form other than text or JSON. */
export type BodyForm =
  /** `application/x-www-form-urlencoded`; values may contain template tags. */
  | { readonly kind: 'form'; readonly fields: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: 'multipart'; readonly fields: readonly MultipartField[] }
  | { readonly kind: 'file'; readonly content: SharedArrayBuffer };

/** Content coding of request bodies. */
export type Compression = 'gzip' | 'br' | 'deflate' | 'zstd';

/** HTTP options, merged from the `http` settings of the workload and the job. */
export interface HttpOptions {
  readonly version: 1 | 2;
  /** Maximum number of concurrent requests on a connection of HTTP/2; 1: each session has its own. */
  readonly streams: number;
  readonly tls: TlsOptions;
  /** Whether the connections of each session resume the TLS session of the last one. */
  readonly resumesTls: boolean;
  /** Proxy URL for this target; `undefined`: direct connection. */
  readonly proxy: string | undefined;
  /** Path of a unix socket to connect to instead of the URL's host and port. */
  readonly unixSocket: string | undefined;
  /** Maximum size of one response's headers in bytes. */
  readonly maxHeaderBytes: number;
  /** URL of another HTTP host to send the request to, without credentials; `undefined`: the run's target. */
  readonly targetUrl: string | undefined;
  /** Addresses of sockets by the host and port that they replace: `host:port`. */
  readonly connectTo: Readonly<Record<string, string>>;
  /** IP addresses that sockets are bound to, in turn; empty: chosen by the system. */
  readonly localAddresses: readonly string[];
  /** Lower-case names; values may contain template tags. Includes `authorization` if credentials are configured. */
  readonly headers: Readonly<Record<string, string>>;
  /** Overrides of the REST mapping; strings may contain template tags. `undefined`: default of the mapping. */
  readonly method: string | undefined;
  readonly path: string | undefined;
  /** `null`: explicitly without body. */
  readonly body: string | Json | undefined;
  /** Instead of `body`; `undefined`: `body` applies. */
  readonly bodyForm: BodyForm | undefined;
  /** Coding of the request bodies; `undefined`: sent as they are. */
  readonly compress: Compression | undefined;
  /** Whether each session keeps the cookies that responses set. */
  readonly cookies: boolean;
  /** Maximum number of redirects that a request follows; 0: they are not followed. */
  readonly redirects: number;
  /** Status codes that count as ok, as inclusive ranges; empty: 2xx. */
  readonly expectStatus: readonly (readonly [from: number, to: number])[];
}

/** The system under test. */
export interface Target {
  /** Name of a driver in the driver catalog, or the `file:` URL of a driver module; determined by the URL scheme. */
  readonly driver: string;
  /**
   * URL for display and, over HTTP, to connect to: origin and base path, without credentials, query and trailing slash.
   */
  readonly url: string;
  /**
   * Complete connection string with credentials, for drivers whose client library parses it; never shown, logged or
   * reported. `undefined` over HTTP, where credentials are in a header.
   */
  readonly secretUrl: string | undefined;
}
