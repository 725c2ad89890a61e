import type { JobEntry } from '../config/schema/job.ts';

/** A name for every job: its own, or its type, numbered so that it is no other job's. */
export function nameJobs(jobs: readonly JobEntry[]): string[] {
  const taken = new Set(jobs.flatMap(({ name }) => name ?? []));
  return jobs.map(({ name, type }) => {
    if (name !== undefined) return name;
    let free: string = type;
    for (let number = 2; taken.has(free); number++) free = `${type} ${number}`;
    taken.add(free);
    return free;
  });
}
