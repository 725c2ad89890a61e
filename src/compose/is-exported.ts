import type { Plan } from '../plan/plan.ts';

/** Whether metrics are pushed or served. */
export function exportsMetrics({ metrics }: Plan): boolean {
  return metrics.pullPort !== undefined || metrics.pushTargets.length > 0;
}
