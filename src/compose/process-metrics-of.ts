import type { ProcessMetrics } from '../metrics/process-metrics.ts';
import type { Plan } from '../plan/plan.ts';
import { isExported } from './is-exported.ts';

/** Process metrics of an agent that does not export: not collected. */
export const UNOBSERVED: ProcessMetrics = { read: () => Promise.resolve([]) };

/** Returns the process metrics of an agent with these settings. Called once per process: see `observeProcess`. */
export async function processMetricsOf(plan: Plan): Promise<ProcessMetrics> {
  if (!isExported(plan)) return UNOBSERVED;
  const { observeProcess } = await import('../metrics/process-metrics.ts');
  return observeProcess();
}
