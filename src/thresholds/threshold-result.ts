import type { RequestType } from '../shared/job-type.ts';
import type { Operator, ThresholdKind, ThresholdUnit } from '../plan/threshold.ts';

/** Result of one threshold. */
export interface ThresholdResult {
  readonly kind: ThresholdKind;
  /** Job that the threshold applies to; empty: all jobs together, or none. */
  readonly job: string;
  /** Job uuid; empty unless the threshold applies to one job. */
  readonly uuid: string;
  /** Request type that the threshold applies to; `undefined`: all types. */
  readonly type: RequestType | undefined;
  /** Value of the label `job_type`; empty for several types. */
  readonly jobType: string;
  /** Threshold as written in the workload. */
  readonly text: string;
  /** Metric: `service p(99)`, `max(queue_length)`, or a query. */
  readonly metric: string;
  readonly unit: ThresholdUnit;
  readonly operator: Operator;
  readonly limit: number;
  /** Measured value; `undefined` without data, which fails the threshold. */
  readonly value: number | undefined;
  readonly ok: boolean;
  /** Reason of the failure. */
  readonly reason: string | undefined;
}
