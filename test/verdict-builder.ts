import type { ThresholdResult } from '../src/thresholds/threshold-result.ts';

/** A threshold of the job `reads`; by default it held: 12.3 ms of 200. */
export function buildVerdict(given: Partial<ThresholdResult> = {}): ThresholdResult {
  return {
    kind: 'recorded',
    job: 'reads',
    uuid: 'uuid-of-reads',
    type: undefined,
    step: undefined,
    jobType: 'read',
    text: 'p(99) < 200ms',
    metric: 'p(99)',
    unit: 'seconds',
    operator: '<',
    limit: 0.2,
    value: 0.0123,
    ok: true,
    reason: undefined,
    ...given,
  };
}
