import type { Destination } from '../shared/network/destination.ts';

/** Destination, protocol and interval of pushed metrics. */
export interface PushTarget extends Destination {
  /** Name of a push protocol; `undefined`: derived from the path of the URL. */
  readonly protocol: string | undefined;
  readonly intervalMs: number;
  /** Timeout of one attempt. */
  readonly timeoutMs: number;
  /** Number of expositions buffered while the receiver is unavailable, at least 1. */
  readonly buffer: number;
  /** Labels added for this target only; they replace labels of the same name. */
  readonly extraLabels: Readonly<Record<string, string>>;
  /** Whether bodies are compressed, if the protocol allows a choice. */
  readonly gzip: boolean;
  /** For a Pushgateway: milliseconds from the final push to the deletion of its groups; `undefined`: they are kept. */
  readonly graceMs: number | undefined;
}
