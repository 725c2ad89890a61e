import type { Selector } from './condition/condition.ts';
import type { Statistic } from './condition/parse-measure.ts';
import type { RequestType } from './job-type.ts';

/** What a threshold can look at; `med` is another name for the 50th percentile. */
export const THRESHOLD_METRICS = [
  'avg',
  'min',
  'med',
  'max',
  'p',
  'count',
  'rate',
  'error_rate',
  'errors',
  'skipped',
  'miss_rate',
  'lag',
] as const;

export type ThresholdMetricName = Exclude<(typeof THRESHOLD_METRICS)[number], 'med'>;

/** `seconds`; `share`: 0 to 1; `rate`: requests per second; `count`: requests; `number`: whatever a query or a source gives. */
export type ThresholdUnit = 'seconds' | 'share' | 'rate' | 'count' | 'number';

const UNITS: Readonly<Record<ThresholdMetricName, ThresholdUnit>> = {
  avg: 'seconds',
  min: 'seconds',
  max: 'seconds',
  p: 'seconds',
  lag: 'seconds',
  error_rate: 'share',
  miss_rate: 'share',
  rate: 'rate',
  count: 'count',
  errors: 'count',
  skipped: 'count',
};

export function unitOf(name: ThresholdMetricName): ThresholdUnit {
  return UNITS[name];
}

export interface ThresholdMetric {
  /** As people wrote it, with single blanks. */
  readonly text: string;
  readonly name: ThresholdMetricName;
  /** Of `p` and `lag`: above 0, below 100. */
  readonly percent: number | undefined;
  /** Of durations but `lag`; `undefined`: response time of paced jobs, service time of others. */
  readonly time: 'service' | 'response' | undefined;
}

export const OPERATORS = ['<=', '>=', '==', '<', '>'] as const;
export type Operator = (typeof OPERATORS)[number];

/** What a value is held against. */
export interface Bound {
  readonly operator: Operator;
  readonly limit: number;
}

/** Whether and when a threshold ends the run that it does not hold in. */
export interface AbortRule {
  /** The jobs whose measured load counts, by their uuids. */
  readonly uuids: readonly string[];
  /** Whether the run ends as soon as it does not hold. */
  readonly abortOnFail: boolean;
  /** Milliseconds of measured load before which it ends no run. */
  readonly delayMs: number;
}

/** A value recorded of some jobs, and its bound in the metric's unit. */
export interface RecordedThreshold extends Bound, AbortRule {
  readonly kind: 'recorded';
  /** As people wrote it, with single blanks. */
  readonly text: string;
  readonly metric: ThresholdMetric;
  /** Name of the jobs that it is about; empty: all jobs together. */
  readonly job: string;
  /** Of their requests, those of this type; `undefined`: all. */
  readonly type: RequestType | undefined;
  /** As the label `job_type` says it; empty: of several types. */
  readonly jobType: string;
}

/** What the values of sources came to while load ran: each series must hold. */
export interface SourceThreshold extends Bound, AbortRule {
  readonly kind: 'source';
  readonly text: string;
  /** What stands before the operator: `max(queue_length)`. */
  readonly metric: string;
  readonly statistic: Statistic;
  readonly selector: Selector;
  /** Name of the jobs whose load is the time that it is about; empty: the whole run. */
  readonly job: string;
  /** As the label `job_type` says it; empty: of several types. */
  readonly jobType: string;
}

/** What a Prometheus-compatible server answers once the run is over. */
export interface QueryThreshold extends Bound {
  readonly kind: 'query';
  readonly text: string;
  /** What `/api/v1/query` stands under, without credentials. */
  readonly url: string;
  /** The header that its credentials make, if it has any. */
  readonly headers: Readonly<Record<string, string>>;
  /** Proxy on the way there. */
  readonly proxy: string | undefined;
  readonly query: string;
  readonly timeoutMs: number;
}

/** What a threshold is held against: what was recorded, the values of sources, or a server's answer. */
export type ThresholdKind = Threshold['kind'];

/** Something that must hold for a run to pass. */
export type Threshold = RecordedThreshold | SourceThreshold | QueryThreshold;

/** Whether a value is on the right side of its bound; NaN never is. */
export function holds(value: number, { operator, limit }: Bound): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '==':
    default:
      return value === limit;
  }
}
