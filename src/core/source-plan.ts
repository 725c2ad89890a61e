import type { TlsOptions } from './target.ts';

/** The systems whose metrics are known by heart, as settings name them. */
export const PROFILE_NAMES = [
  'moco',
  'databasus',
  'dragonfly-client',
  'dragonfly-manager',
  'dragonfly-scheduler',
  'pcp',
  'node',
  'go',
  'node_exporter',
  'postgres_exporter',
  'mysqld_exporter',
] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** Where a source's document comes from. */
export type SourceOrigin =
  | {
      readonly kind: 'http';
      /** http or https; holds no credentials, but its query may be secret. */
      readonly url: string;
      /** Lower-case names, `authorization` included; all values may be secret. */
      readonly headers: Readonly<Record<string, string>>;
      readonly tls: TlsOptions;
      /** URL of a proxy, with its credentials; `undefined`: go directly. */
      readonly proxy: string | undefined;
    }
  | { readonly kind: 'file'; /** Absolute. */ readonly path: string }
  | {
      readonly kind: 'command';
      /** The program and its arguments; no shell is in between. At least one. */
      readonly words: readonly string[];
      /** Where it is run. */
      readonly directory: string;
    };

/** A metrics endpoint of the system under test, which is scraped while the load runs. */
export interface SourcePlan {
  /** Label `source`; no other source's. */
  readonly name: string;
  readonly origin: SourceOrigin;
  /** What is known about it; `undefined`: nothing. */
  readonly profile: ProfileName | undefined;
  readonly intervalMs: number;
  /** Total bound on one attempt, below the interval. */
  readonly timeoutMs: number;
  /** Metric names that are kept, `*` for any characters; empty: all of them. */
  readonly match: readonly string[];
  /** Bytes that one document may have, decompressed. */
  readonly maxBytes: number;
  /** Series that are kept of one document. */
  readonly maxSeries: number;
}
