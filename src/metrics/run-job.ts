import type { Distribution, Exemplar, JobSnapshot, Snapshot, Tally } from '../recorder/snapshot.ts';
import { traceIdOf } from '../shared/trace-id.ts';
import type { FamilyRow } from './define-families.ts';
import type { Sample, SampleExemplar } from './family.ts';
import type { JobLabels, SeriesLabels } from './series-labels.ts';

/** Job of a run. */
export interface RunJob {
  readonly runId: string;
  /** Time of the snapshot, in milliseconds since the epoch. */
  readonly epochMs: number;
  readonly job: JobSnapshot;
  readonly series: SeriesLabels;
}

/** Jobs of the runs, or parts of them, that satisfy a condition. */
export function runJobs(
  snapshots: readonly Snapshot[],
  jobLabels: JobLabels,
  isMeant: (job: JobSnapshot) => boolean,
): readonly RunJob[] {
  return snapshots.flatMap(({ jobs, runId, agent, epochMs }) =>
    jobs.filter(isMeant).map((job) => ({ job, runId, epochMs, series: jobLabels.of(job, agent) })),
  );
}

/** Reads a distribution of durations during each phase of the system under test. */
export function inPhases(distribution: (tally: Tally) => Distribution | undefined): FamilyRow<RunJob>['read'] {
  return ({ job, runId, series }) =>
    job.phases.flatMap(({ name, inside }) =>
      histogramSamples(distribution(inside), series.part('phase', name), (sequence) =>
        traceIdOf(runId, job.uuid, sequence),
      ),
    );
}

/** Reads a distribution of durations. */
export function distributed(distribution: (tally: Tally) => Distribution | undefined): FamilyRow<RunJob>['read'] {
  return ({ job, runId, series }) =>
    histogramSamples(distribution(job.measured), series, (sequence) => traceIdOf(runId, job.uuid, sequence));
}

/**
 * Converts a distribution into histogram samples: cumulative buckets up to `+Inf`, sum and count; empty without a
 * distribution. The count is taken from the last bucket, so the two are always equal.
 * @param traceId returns the trace id of the request with a ticket, for exemplars; default: there are none
 */
export function histogramSamples(
  distribution: Distribution | undefined,
  series: SeriesLabels,
  traceId: (sequence: number) => string = () => '',
): readonly Sample[] {
  if (distribution === undefined) return [];
  const { bounds, counts, exemplars, sumSeconds } = distribution;
  let total = 0;
  const samples: Sample[] = series.buckets(bounds).map((labels, index) => {
    total += counts[index] ?? 0;
    const exemplar = describeExemplar(exemplars?.[index], traceId);
    return { suffix: '_bucket', labels, value: total, exemplar };
  });
  samples.push({ suffix: '_sum', labels: series.own, value: sumSeconds });
  samples.push({ suffix: '_count', labels: series.own, value: total });
  return samples;
}

function describeExemplar(
  exemplar: Exemplar | undefined,
  traceId: (sequence: number) => string,
): SampleExemplar | undefined {
  if (exemplar === undefined) return undefined;
  const { sequence, seconds, epochMs } = exemplar;
  return { labels: { trace_id: traceId(sequence) }, value: seconds, epochMs };
}
