import type { Selector } from '../conditions/condition.ts';
import type { Statistic } from '../conditions/parse-measure.ts';
import type { RequestType } from '../shared/job-type.ts';

/** Metrics of thresholds; `med` is an alias of the 50th percentile. */
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
  'failed_checks',
  'skipped',
  'miss_rate',
  'lag',
] as const;

export type ThresholdMetricName = Exclude<(typeof THRESHOLD_METRICS)[number], 'med'>;

/**
 * `seconds`; `share`: 0 to 1; `rate`: requests per second; `count`: requests; `number`: value of a query or a source.
 */
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
  failed_checks: 'count',
  skipped: 'count',
};

export function unitOf(name: ThresholdMetricName): ThresholdUnit {
  return UNITS[name];
}

export interface ThresholdMetric {
  /** Source text, with single blanks. */
  readonly text: string;
  readonly name: ThresholdMetricName;
  /** For `p` and `lag`: above 0, below 100. */
  readonly percent: number | undefined;
  /** For durations except `lag`; `undefined`: response time of paced jobs, service time of others. */
  readonly time: 'service' | 'response' | undefined;
  /** Whether it is about the iterations of a scenario instead of its requests. */
  readonly ofIterations: boolean;
  /** Name of the additional metric that it is about; `undefined`: requests or iterations. */
  readonly of: string | undefined;
}

export const OPERATORS = ['<=', '>=', '==', '<', '>'] as const;
export type Operator = (typeof OPERATORS)[number];

/** Limit of a value. */
export interface ThresholdLimit {
  readonly operator: Operator;
  readonly limit: number;
}

/** Whether and when a failed threshold aborts the run. */
export interface AbortRule {
  /** Uuids of the jobs whose measured load counts. */
  readonly uuids: readonly string[];
  /** Whether the run is aborted as soon as the threshold fails. */
  readonly abortOnFail: boolean;
  /** Milliseconds of measured load before it can abort the run. */
  readonly delayMs: number;
}

/** A recorded value of some jobs, with its limit in the metric's unit. */
export interface RecordedThreshold extends ThresholdLimit, AbortRule {
  readonly kind: 'recorded';
  /** Source text, with single blanks. */
  readonly text: string;
  readonly metric: ThresholdMetric;
  /** Name of the jobs; empty: all jobs together. */
  readonly job: string;
  /** Request type; `undefined`: all. */
  readonly type: RequestType | undefined;
  /** Name of an operation; `undefined`: all. */
  readonly step: string | undefined;
  /** Value of the label `job_type`; empty: several types. */
  readonly jobType: string;
}

/** A limit for values of sources during the load; each series must hold. */
export interface SourceThreshold extends ThresholdLimit, AbortRule {
  readonly kind: 'source';
  readonly text: string;
  /** Text before the operator: `max(queue_length)`. */
  readonly metric: string;
  readonly statistic: Statistic;
  readonly selector: Selector;
  /** Name of the jobs whose load is the evaluated time; empty: the whole run. */
  readonly job: string;
  /** Value of the label `job_type`; empty: several types. */
  readonly jobType: string;
}

/** A limit for a query to a Prometheus-compatible server after the run. */
export interface QueryThreshold extends ThresholdLimit {
  readonly kind: 'query';
  readonly text: string;
  /** Base URL of `/api/v1/query`, without credentials. */
  readonly url: string;
  /** Header of the credentials, if any. */
  readonly headers: Readonly<Record<string, string>>;
  /** Proxy of the connection. */
  readonly proxy: string | undefined;
  readonly query: string;
  readonly timeoutMs: number;
}

/** Origin of a threshold's value: recorded, sources, or a query. */
export type ThresholdKind = Threshold['kind'];

/** A condition that must hold for a run to pass. */
export type Threshold = RecordedThreshold | SourceThreshold | QueryThreshold;

/** Whether a value is within its limit; NaN never is. */
export function isWithinLimit(value: number, { operator, limit }: ThresholdLimit): boolean {
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
