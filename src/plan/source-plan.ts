import type { TlsOptions } from '../shared/network/destination.ts';

/** Systems with predefined metrics, as named in settings. */
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

/** Origin of a source's document. */
export type SourceOrigin =
  | {
      readonly kind: 'http';
      /** http or https; without credentials, but its query may be secret. */
      readonly url: string;
      /** Lower-case names, including `authorization`; all values may be secret. */
      readonly headers: Readonly<Record<string, string>>;
      readonly tls: TlsOptions;
      /** URL of a proxy with its credentials; `undefined`: direct connection. */
      readonly proxy: string | undefined;
    }
  | { readonly kind: 'file'; /** Absolute. */ readonly path: string }
  | {
      readonly kind: 'command';
      /** The program and its arguments, at least one word; not run by a shell. */
      readonly words: readonly string[];
      /** Working directory. */
      readonly directory: string;
    };

/** A metrics endpoint of the system under test, scraped during the run. */
export interface SourcePlan {
  /** Label `source`; unique. */
  readonly name: string;
  readonly origin: SourceOrigin;
  /** Predefined metrics; `undefined`: none. */
  readonly profile: ProfileName | undefined;
  readonly intervalMs: number;
  /** Total timeout of one attempt, below the interval. */
  readonly timeoutMs: number;
  /** Metric names to keep, with `*` as wildcard; empty: all. */
  readonly match: readonly string[];
  /** Maximum size of one document in bytes, decompressed. */
  readonly maxBytes: number;
  /** Maximum number of series kept from one document. */
  readonly maxSeries: number;
}
