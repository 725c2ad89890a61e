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

/**
 * A native histogram of Prometheus with whole counts
 * (https://prometheus.io/docs/specs/native_histograms/): bucket `i` holds values above 2^((i - 1) / 2^schema), up to 2^(i / 2^schema).
 */
export interface NativeHistogram {
  readonly schema: number;
  readonly count: number;
  readonly sum: number;
  /** Values of 0. */
  readonly zeroCount: number;
  /** Buckets that hold something, ascending by index. */
  readonly buckets: readonly (readonly [index: number, count: number])[];
}

/** Native histograms of one name. */
export interface NativeFamily {
  readonly name: string;
  readonly samples: readonly { readonly labels: Labels; readonly histogram: NativeHistogram }[];
}

/** All families at one instant. */
export interface Exposition {
  /** Milliseconds since the epoch of the instant described. */
  readonly epochMs: number;
  readonly families: readonly Family[];
  /** Native histograms, for the protocols that can carry them; absent: none. */
  readonly native?: readonly NativeFamily[];
}
