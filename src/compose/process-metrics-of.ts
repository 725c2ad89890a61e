import type { ProcessMetrics } from '../metrics/process-metrics.ts';
import type { Plan } from '../plan/plan.ts';
import { exportsMetrics } from './is-exported.ts';

/** Process metrics of an agent that does not export: not collected. */
export const noopProcessMetrics: ProcessMetrics = { read: () => Promise.resolve([]) };

/** Returns the process metrics of an agent with these settings. Called once per process: see `collectProcessMetrics`. */
export async function processMetricsOf(plan: Plan): Promise<ProcessMetrics> {
  if (!exportsMetrics(plan)) return noopProcessMetrics;
  const { collectProcessMetrics } = await import('../metrics/process-metrics.ts');
  return collectProcessMetrics();
}
