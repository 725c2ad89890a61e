import type { ResultDocument } from '../result-document.ts';

type ResultJob = ResultDocument['jobs'][number];

/** A job's name; a mixed job has a part for each type of request that it sends. */
export function jobTitle({ name, uuid, type }: ResultJob, jobs: readonly ResultJob[]): string {
  return jobs.filter((job) => job.uuid === uuid).length > 1 ? `${name} · ${type}` : name;
}
