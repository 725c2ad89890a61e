import type { ProcessMetrics } from '../metrics/process-metrics.ts';
import type { Plan } from '../plan/plan.ts';
import { isExported } from './is-exported.ts';

/** Where nobody is told: then nothing is observed. */
export const UNOBSERVED: ProcessMetrics = { read: () => Promise.resolve([]) };

/** What an agent that was planned so tells of its process. Called once in the life of a process: see `observeProcess`. */
export async function processMetricsOf(plan: Plan): Promise<ProcessMetrics> {
  if (!isExported(plan)) return UNOBSERVED;
  const { observeProcess } = await import('../metrics/process-metrics.ts');
  return observeProcess();
}
