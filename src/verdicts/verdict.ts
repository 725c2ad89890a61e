import type { RequestType } from '../core/job-type.ts';
import type { Operator, ThresholdKind, ThresholdUnit } from '../core/threshold.ts';

/** What became of one threshold. */
export interface Verdict {
  readonly kind: ThresholdKind;
  /** Name of the job that it is about; empty: all jobs together, or none. */
  readonly job: string;
  /** Empty unless it is about one job. */
  readonly uuid: string;
  /** The type of request that it asks for; `undefined`: all of them. */
  readonly type: RequestType | undefined;
  /** As the label `job_type` says it; empty where there are several. */
  readonly jobType: string;
  /** The threshold as people wrote it. */
  readonly text: string;
  /** What was looked at: `service p(99)`, `max(queue_length)`, or a query. */
  readonly metric: string;
  readonly unit: ThresholdUnit;
  readonly operator: Operator;
  readonly limit: number;
  /** `undefined` where there is nothing that could be judged; it fails then. */
  readonly value: number | undefined;
  readonly ok: boolean;
  /** Why it failed. */
  readonly reason: string | undefined;
}
