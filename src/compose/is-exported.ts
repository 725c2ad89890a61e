import type { Plan } from '../plan/plan.ts';

/** Whether anybody is told of the metrics. */
export function isExported({ metrics }: Plan): boolean {
  return metrics.pullPort !== undefined || metrics.pushTargets.length > 0;
}
