/**
 * One request of an imported file. Texts are literal, but for parts in `asTemplate`; the writer escapes them and replaces
 * secrets.
 */
export interface ImportedRequest {
  /** Name for the comment beside it, such as that of a Postman item. */
  readonly name?: string | undefined;
  /** In upper case. */
  readonly method: string;
  /** `http://host:port/path?query`, or from the path on where the file names no host. */
  readonly url: string;
  readonly headers: readonly Header[];
  readonly body?: string | undefined;
  /** How often it occurs, relative to the others. */
  readonly weight: number;
  /** Status of the recorded response. */
  readonly status?: number | undefined;
  /** When it was recorded, in epoch milliseconds; absent: unknown. */
  readonly timeMs?: number | undefined;
  /** Its line in the file, from 1; absent: unknown. */
  readonly line?: number | undefined;
}

export type Header = readonly [name: string, value: string];

/** Settings of the connections. */
export interface ConnectionSettings {
  readonly http2?: boolean | undefined;
  /** Accepts any certificate. */
  readonly insecure?: boolean | undefined;
  /** Statuses that count as ok, in the notation of the file. */
  readonly expectStatus?: unknown;
}
/** The requests of a file, and comments about everything that a workload cannot express. */
export interface ImportedFile {
  readonly requests: readonly ImportedRequest[];
  /** Sentences for the user. */
  readonly notes: readonly string[];
  /** Requests that were left out, by reason. */
  readonly leftOut?: ReadonlyMap<string, number>;
  readonly connection?: ConnectionSettings;
}

/** The requests of a file in order. */
export interface RecordedRequests {
  readonly requests: Iterable<ImportedRequest>;
  /** Requests that were left out, by reason; complete after the last request. */
  readonly leftOut: ReadonlyMap<string, number>;
}
