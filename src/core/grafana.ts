import type { TlsOptions } from './target.ts';

/** The Grafana in which people look at runs. */
export interface GrafanaTarget {
  /** As browsers open it, without credentials, query and trailing slash. */
  readonly url: string;
  /** Number of the organization, where the URL named one. */
  readonly orgId: string | undefined;
  /** Uid of the dashboard that links lead to. */
  readonly dashboardUid: string;
  /** Labels that no series has, so that the dashboard cannot choose by them. */
  readonly dropped: readonly string[];
  /** What annotations are written with; `undefined`: none are. */
  readonly annotations: AnnotationTarget | undefined;
}

/** Where annotations are written, and how. */
export interface AnnotationTarget {
  readonly url: string;
  /** Lower-case names, `authorization` included; all values may be secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
  /** URL of a proxy, with its credentials; `undefined`: go directly. */
  readonly proxy: string | undefined;
  /** The dashboard that they belong to; `undefined`: the whole organization. */
  readonly dashboardUid: string | undefined;
  /** What every annotation gets beside its own. */
  readonly tags: readonly string[];
}
