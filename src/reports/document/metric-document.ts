import type { Distribution, JobSnapshot } from '../../recorder/snapshot.ts';
import { finite } from './finite.ts';

/**
 * Builds the additional metrics of a job by name: of a counter its total and its rate per second of load, of a trend its
 * durations.
 */
export function metricDocuments<Durations>(
  { measured, elapsedMs }: Pick<JobSnapshot, 'measured' | 'elapsedMs'>,
  documentOf: (durations: Distribution) => Durations,
) {
  const documents = measured.metrics.map(({ metric, total, durations }) => {
    const document = {
      type: metric.type,
      family: metric.family,
      total: total ?? null,
      rate: total === undefined ? null : finite(total / (elapsedMs / 1000)),
      durations: durations === undefined ? null : documentOf(durations),
    };
    return [metric.name, document] as const;
  });
  return Object.fromEntries(documents);
}
