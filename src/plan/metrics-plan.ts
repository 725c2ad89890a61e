import type { LabelRules } from './label-rules.ts';
import type { PushTarget } from './push-target.ts';

/** Plan of metrics export: content, targets, intervals. */
export interface MetricsPlan {
  readonly pushTargets: readonly PushTarget[];
  /** Port of `GET /metrics`; 0: any free port; `undefined`: not served. */
  readonly pullPort: number | undefined;
  readonly pullHost: string;
  /** Upper bounds of the duration buckets, in seconds, ascending, without +Inf. */
  readonly bucketBounds: readonly number[];
  readonly labelRules: LabelRules;
  /** Whether `go_*` is exposed too. */
  readonly goCompat: boolean;
  /** Whether requests are exposed under k6's names too. */
  readonly k6Compat: boolean;
  /** Whether undelivered samples fail a run. */
  readonly requireDelivery: boolean;
}
