import type { FunctionsPlan } from '../../../plan/functions-plan.ts';
import type { OperationPlan } from '../../../plan/plan.ts';
import { BUILT_IN_METRICS, type BuiltInMetricName, type JobMetric } from '../../../shared/job-metric.ts';
import { planCustomMetrics } from '../custom-metrics.ts';
import type { WorkloadFile } from '../../schema.ts';
import type { RequestJobEntry } from './schema.ts';

const OF_STREAMS = ['first_event', 'event_gap', 'events'] as const satisfies readonly BuiltInMetricName[];

interface MetricsContext {
  readonly customMetrics: WorkloadFile['custom_metrics'];
  /** Metrics that the driver of the target records. */
  readonly driverMetrics: readonly BuiltInMetricName[];
  readonly functions: FunctionsPlan | undefined;
}

/** Plans the metrics of a job in addition to those of all jobs: the ones that it asks for, and those that it records. */
export function planJobMetrics(
  job: RequestJobEntry,
  mix: readonly OperationPlan[],
  { customMetrics = {}, functions, driverMetrics }: MetricsContext,
): readonly JobMetric[] {
  const hasStreams = mix.some(({ stream }) => stream !== undefined);
  const builtIn: readonly BuiltInMetricName[] = [
    ...(job.first_byte === true || hasStreams ? (['first_byte'] as const) : []),
    ...(hasStreams ? OF_STREAMS : []),
    ...driverMetrics,
  ];
  const planned = builtIn.map((name, index): JobMetric => {
    const { family, type, help } = BUILT_IN_METRICS[name];
    return { index, name, family, type, help, scope: OF_STREAMS.some((one) => one === name) ? 'streams' : 'requests' };
  });
  const recorded = new Set(mix.flatMap(({ captures }) => captures.map(({ metric }) => metric)));
  // A function may record any of them.
  const hasAll = functions !== undefined;
  const own = Object.fromEntries(Object.entries(customMetrics).filter(([name]) => hasAll || recorded.has(name)));
  return [...planned, ...planCustomMetrics(own, planned.length)];
}
