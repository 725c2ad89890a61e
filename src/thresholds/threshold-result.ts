import type { RequestType } from '../shared/job-type.ts';
import type { Operator, ThresholdKind, ThresholdUnit } from '../plan/threshold.ts';
import { formatCount, formatMs, formatRate, formatShare } from '../shared/units.ts';

/** Result of one threshold. */
export interface ThresholdResult {
  readonly kind: ThresholdKind;
  /** Job that the threshold applies to; empty: all jobs together, or none. */
  readonly job: string;
  /** Job uuid; empty unless the threshold applies to one job. */
  readonly uuid: string;
  /** Request type that the threshold applies to; `undefined`: all types. */
  readonly type: RequestType | undefined;
  /** Operation that the threshold applies to; `undefined`: all operations. */
  readonly step: string | undefined;
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

/** Formats a value for display: `12.3ms`, `0.13%`, `499.8/s`. */
export function formatValue(value: number, unit: ThresholdUnit): string {
  switch (unit) {
    case 'seconds':
      return formatMs(value * 1000);
    case 'share':
      return formatShare(value, 1);
    case 'rate':
      return formatRate(value);
    case 'count':
      return formatCount(value);
    case 'number':
    default:
      return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  }
}

/** Formats a value next to the limit that it violates: with all digits if rounding would make both look equal. */
export function formatWithLimit(value: number, limit: number, unit: ThresholdUnit): string {
  const shown = formatValue(value, unit);
  if (value === limit || shown !== formatValue(limit, unit)) return shown;
  switch (unit) {
    case 'seconds':
      return `${Number((value * 1000).toPrecision(9))}ms`;
    case 'share':
      return `${Number((value * 100).toPrecision(9))}%`;
    case 'rate':
      return `${Number(value.toPrecision(9))}/s`;
    case 'count':
    case 'number':
    default:
      return String(value);
  }
}
