/** A JSON value; documents and templates are made of these. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** How a connection to a TLS server is made. File contents, not paths; verified unless `insecureSkipVerify`. */
export interface TlsOptions {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly serverName: string | undefined;
  readonly insecureSkipVerify: boolean;
}

/** Everything about HTTP that the workload's and the job's `http` settings, merged, decide. */
export interface HttpOptions {
  readonly version: 1 | 2;
  readonly tls: TlsOptions;
  /** Proxy URL for this target, or nothing for a direct connection. */
  readonly proxy: string | undefined;
  /** Path of a unix socket to connect to instead of the URL's host and port. */
  readonly unixSocket: string | undefined;
  /** Bytes that the headers of one response may have. */
  readonly maxHeaderBytes: number;
  /** Lower-case names; values may hold template tags. Includes `authorization` when credentials were given. */
  readonly headers: Readonly<Record<string, string>>;
  /** Overrides of the REST mapping; strings may hold template tags. `undefined`: the mapping's own. */
  readonly method: string | undefined;
  readonly path: string | undefined;
  /** `null`: explicitly no body. */
  readonly body: string | Json | undefined;
  /** Statuses that count as ok, as inclusive ranges; empty: 2xx. */
  readonly expectStatus: readonly (readonly [from: number, to: number])[];
}

/** Which driver speaks to a target. */
export type DriverName = 'http' | 'embedded' | 'postgres' | 'mysql' | 'mongodb' | 'redis';

/** The system under test. */
export interface Target {
  /** Its URL scheme decides. */
  readonly driver: DriverName;
  /** For people and, over HTTP, to connect to: origin and base path, no credentials, no query, no trailing slash. */
  readonly url: string;
  /**
   * The whole connection string, credentials included, for drivers whose client library reads it; never shown, logged or
   * reported. `undefined` over HTTP, where credentials have become a header.
   */
  readonly secretUrl: string | undefined;
}
