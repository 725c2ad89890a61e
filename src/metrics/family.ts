/** Label names and values, in the order they are written. */
export type Labels = Readonly<Record<string, string>>;

/** One of the events that a bucket counts, for OpenMetrics. */
export interface SampleExemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly epochMs: number;
}

/** One line of an exposition: `name + suffix` with its labels and value. */
export interface Sample {
  /** `''`, or `_bucket`, `_sum`, `_count` of histograms and summaries. */
  readonly suffix: string;
  readonly labels: Labels;
  readonly value: number;
  readonly exemplar?: SampleExemplar | undefined;
}

/** A metric family as every format sees it. Counters carry their full name, `_total` included where they have it. */
export interface Family {
  readonly name: string;
  /** `unknown`: a name that is given from elsewhere and would be taken for another type. */
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'unknown';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** All families at one instant. */
export interface Exposition {
  /** Milliseconds since the epoch of the instant described. */
  readonly epochMs: number;
  readonly families: readonly Family[];
}
