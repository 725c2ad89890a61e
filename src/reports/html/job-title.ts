import type { ResultJob } from '../document/result-document.ts';

/** Display name of a job; a mixed job has one entry per request type. */
export function jobTitle({ name, uuid, type }: ResultJob, jobs: readonly ResultJob[]): string {
  return jobs.filter((job) => job.uuid === uuid).length > 1 ? `${name} · ${type}` : name;
}
