import type { RequestType } from '../shared/job-type.ts';
import { type RequestJobPlan, shareOfType } from '../plan/plan.ts';
import { RateCurve } from './rate-curve.ts';

/**
 * Returns the target rate of a type in requests per second, as a function of the milliseconds since the end of the
 * warm-up: 0 before and after the schedule. `undefined` for a job without a schedule.
 */
export function createTargetRate(job: RequestJobPlan, type: RequestType): ((elapsedMs: number) => number) | undefined {
  const { pacing, durationMs } = job;
  if (pacing.kind === 'unlimited') return undefined;
  const curve = new RateCurve(pacing.segments);
  const share = shareOfType(job, type);
  return (elapsedMs) => (elapsedMs < 0 || elapsedMs >= durationMs ? 0 : share * curve.rateAt(elapsedMs));
}
