import { BUILT_IN_METRICS } from '../../shared/job-metric.ts';

/** Title of an additional metric: in words for those of the agent, the name for those of the workload. */
export function metricTitle(name: string): string {
  return name in BUILT_IN_METRICS ? name.replaceAll('_', ' ') : name;
}
