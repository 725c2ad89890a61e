/** TLS options of a connection. File contents, not paths; verified unless `insecureSkipVerify`. */
export interface TlsOptions {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  readonly serverName: string | undefined;
  readonly insecureSkipVerify: boolean;
}

/** Connection and credentials of a receiver. */
export interface Destination {
  /** http or https; without credentials, but its query may be secret. */
  readonly url: string;
  /** Lower-case names, including `authorization`; all values may be secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
  /** URL of a proxy with its credentials; `undefined`: direct connection. */
  readonly proxy: string | undefined;
}
