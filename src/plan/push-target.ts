import type { TlsOptions } from './target.ts';

/** Push protocols, as named in settings. */
export const PUSH_PROTOCOL_NAMES = ['prometheus_text', 'pushgateway', 'remote_write', 'otlp'] as const;
export type PushProtocolName = (typeof PUSH_PROTOCOL_NAMES)[number];

/** Destination, protocol and interval of pushed metrics. */
export interface PushTarget {
  /** http or https; without credentials, but its query may be secret. */
  readonly url: string;
  /** `undefined`: derived from the path of the URL. */
  readonly protocol: PushProtocolName | undefined;
  readonly intervalMs: number;
  /** Timeout of one attempt. */
  readonly timeoutMs: number;
  /** Number of expositions buffered while the receiver is unavailable, at least 1. */
  readonly buffer: number;
  /** Lower-case names, including `authorization`; all values may be secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
  /** URL of a proxy with its credentials; `undefined`: direct connection. */
  readonly proxy: string | undefined;
  /** Labels added for this target only; they replace labels of the same name. */
  readonly extraLabels: Readonly<Record<string, string>>;
  /** Whether bodies are compressed, if the protocol allows a choice. */
  readonly gzip: boolean;
  /** For a Pushgateway: milliseconds from the final push to the deletion of its groups; `undefined`: they are kept. */
  readonly graceMs: number | undefined;
}
