import type { Path } from '../diagnostics.ts';
import type { JobEntry } from '../schema/job.ts';
import type { WorkloadFile } from '../schema/workload.ts';

/** A job with its place in the file. */
export interface PlacedJob {
  readonly job: JobEntry;
  readonly path: Path;
}

/** All jobs in the order of the file, and which of them run at once. */
export interface FlatJobs {
  readonly jobs: readonly PlacedJob[];
  /** Indexes into `jobs`: one list a step. */
  readonly steps: readonly (readonly number[])[];
}

/** Takes jobs out of their parallel groups. */
export function flattenJobs(entries: WorkloadFile['jobs']): FlatJobs {
  const jobs: PlacedJob[] = [];
  const steps = entries.map((entry, at): number[] => {
    const path = ['jobs', at];
    if (!('parallel' in entry)) return [jobs.push({ job: entry, path }) - 1];
    return entry.parallel.map((job, index) => jobs.push({ job, path: [...path, 'parallel', index] }) - 1);
  });
  return { jobs, steps };
}
