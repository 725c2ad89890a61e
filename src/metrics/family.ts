/** Label set, in the order of writing. */
export type Labels = Readonly<Record<string, string>>;

/** Exemplar of a histogram bucket, for OpenMetrics. */
export interface SampleExemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Time of the event, in milliseconds since the epoch. */
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

/** Metric family, independent of the format. Counters have their full name, including `_total` if present. */
export interface Family {
  readonly name: string;
  /** `unknown`: the name is given by a convention and would imply another type. */
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary' | 'unknown';
  readonly help: string;
  readonly samples: readonly Sample[];
}

/**
 * Native histogram of Prometheus with integer counts (https://prometheus.io/docs/specs/native_histograms/): bucket `i`
 * contains values above 2^((i - 1) / 2^schema), up to 2^(i / 2^schema).
 */
export interface NativeHistogram {
  readonly schema: number;
  readonly count: number;
  readonly sum: number;
  /** Number of zero values. */
  readonly zeroCount: number;
  /** Buckets that are not empty, ascending by index. */
  readonly buckets: readonly (readonly [index: number, count: number])[];
}

/** Native histograms with the same metric name. */
export interface NativeFamily {
  readonly name: string;
  readonly samples: readonly { readonly labels: Labels; readonly histogram: NativeHistogram }[];
}

/** All families at one moment. */
export interface Exposition {
  /** Time of the exposition, in milliseconds since the epoch. */
  readonly epochMs: number;
  readonly families: readonly Family[];
  /** Native histograms, for protocols that support them; absent: none. */
  readonly native?: readonly NativeFamily[];
}

/** Number of samples in an exposition, the unit in which deliveries are counted. */
export function countSamples(exposition: Exposition): number {
  return exposition.families.reduce((total, family) => total + family.samples.length, 0);
}
