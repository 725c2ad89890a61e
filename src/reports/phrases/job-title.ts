/** Names of a job in any form: snapshot, document or status. */
interface NamedJob {
  readonly name: string;
  readonly uuid: string;
  readonly type: string;
}

/** Display name of a job; a mixed job has one entry per request type. */
export function jobTitle({ name, uuid, type }: NamedJob, jobs: readonly NamedJob[]): string {
  return jobs.filter((job) => job.uuid === uuid).length > 1 ? `${name} · ${type}` : name;
}

/** Jobs of which each has its own lines; more jobs share a table or a line. */
export const MOST_DETAILED_JOBS = 5;
