import type { MetricValue, Snapshot } from '../recorder/snapshot.ts';
import type { Family, Sample } from './family.ts';
import { histogramSamples, type RunJob, runJobs } from './run-job.ts';
import type { JobLabels } from './series-labels.ts';

/**
 * Builds the families of the metrics that jobs record in addition to those of all jobs. If two runs have a metric of the
 * same name and different types, that of the newer run is exposed.
 */
export function additionalFamilies(snapshots: readonly Snapshot[], jobLabels: JobLabels): readonly Family[] {
  const states = runJobs(snapshots, jobLabels, ({ measured }) => measured.metrics.length > 0);
  const newest = new Map(
    states.flatMap(({ job }) => job.measured.metrics.map(({ metric }) => [metric.family, metric] as const)),
  );
  return [...newest.values()].map(({ family, type, help }) => ({
    name: family,
    type: type === 'trend' ? 'histogram' : 'counter',
    help,
    samples: states.flatMap((state) =>
      state.job.measured.metrics
        .filter(({ metric }) => metric.family === family && metric.type === type)
        .flatMap((value) => samplesOf(value, state)),
    ),
  }));
}

function samplesOf({ total, durations }: MetricValue, { series }: RunJob): readonly Sample[] {
  if (durations === undefined) return [{ suffix: '', labels: series.own, value: total }];
  return histogramSamples(durations, series);
}
