import type { TlsOptions } from './target.ts';

/** The protocols that metrics can be pushed by, as settings name them. */
export const PUSH_PROTOCOL_NAMES = ['prometheus_text', 'pushgateway', 'remote_write', 'otlp'] as const;
export type PushProtocolName = (typeof PUSH_PROTOCOL_NAMES)[number];

/** Where metrics are pushed, how, and how often. */
export interface PushTarget {
  /** http or https; holds no credentials, but its query may be secret. */
  readonly url: string;
  /** `undefined`: what the path of the URL says. */
  readonly protocol: PushProtocolName | undefined;
  readonly intervalMs: number;
  /** Bound on one attempt. */
  readonly timeoutMs: number;
  /** Expositions kept while the receiver is away, at least 1. */
  readonly buffer: number;
  /** Lower-case names, `authorization` included; all values may be secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
  /** URL of a proxy, with its credentials; `undefined`: go directly. */
  readonly proxy: string | undefined;
  /** Labels that its samples have beside those of everybody; they replace labels of the same name. */
  readonly extraLabels: Readonly<Record<string, string>>;
  /** Whether bodies are compressed, where the protocol leaves a choice. */
  readonly gzip: boolean;
  /** Of a Pushgateway: milliseconds from the last values to the deletion of its groups; `undefined`: they are kept. */
  readonly graceMs: number | undefined;
}
