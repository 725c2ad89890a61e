import type { TlsOptions } from '../shared/network/destination.ts';

/** A Grafana instance that shows the runs. */
export interface GrafanaTarget {
  /** URL for browsers, without credentials, query and trailing slash. */
  readonly url: string;
  /** Organization id, if the URL contains one. */
  readonly orgId: string | undefined;
  /** Uid of the dashboard of links. */
  readonly dashboardUid: string;
  /** Labels that no series has, and that the dashboard cannot filter by. */
  readonly dropped: readonly string[];
  /** Target of annotations; `undefined`: disabled. */
  readonly annotations: AnnotationTarget | undefined;
}

/** Target and options of annotations. */
export interface AnnotationTarget {
  readonly url: string;
  /** Lower-case names, including `authorization`; all values may be secret. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
  /** URL of a proxy with its credentials; `undefined`: direct connection. */
  readonly proxy: string | undefined;
  /** Dashboard of the annotations; `undefined`: the whole organization. */
  readonly dashboardUid: string | undefined;
  /** Tags of every annotation, in addition to its own. */
  readonly tags: readonly string[];
}
