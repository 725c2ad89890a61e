import { THRESHOLD_METRICS } from '../../../plan/threshold.ts';
import { BUILT_IN_METRICS } from '../../../shared/job-metric.ts';

/** Kinds of durations before a statistic: `service p(99)`. */
export const TIMES = ['service', 'response'] as const;

/** Metrics by their names in other tools. */
export const SYNONYMS: ReadonlyMap<string, string> = new Map([
  ['mean', 'avg'],
  ['average', 'avg'],
  ['median', 'med'],
  ['rps', 'rate'],
  ['throughput', 'rate'],
  ['failed', 'error_rate'],
  ['http_req_failed', 'error_rate'],
  ['http_req_duration', 'p(99)'],
  ['http_req_waiting', 'first_byte p(99)'],
  ['ttfb', 'first_byte p(99)'],
  ['latency', 'p(99)'],
  ['requests', 'count'],
  ['misses', 'miss_rate'],
]);

/** Words of thresholds, which a custom metric cannot have as its name. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set<string>([
  ...THRESHOLD_METRICS,
  ...TIMES,
  'iteration',
  ...SYNONYMS.keys(),
  ...Object.keys(BUILT_IN_METRICS),
]);
