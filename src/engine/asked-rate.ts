import type { RequestType } from '../core/job-type.ts';
import { type RequestJobPlan, shareOfType } from '../plan/plan.ts';
import { RateCurve } from './rate-curve.ts';

/**
 * Requests of a type that a job's schedule calls for per second, by the milliseconds since its warm-up was over; 0 before and
 * after. `undefined` of a job that has none.
 */
export function askedRateOf(job: RequestJobPlan, type: RequestType): ((elapsedMs: number) => number) | undefined {
  const { pacing, durationMs } = job;
  if (pacing.kind === 'unlimited') return undefined;
  const curve = new RateCurve(pacing.segments);
  const share = shareOfType(job, type);
  return (elapsedMs) => (elapsedMs < 0 || elapsedMs >= durationMs ? 0 : share * curve.rateAt(elapsedMs));
}
