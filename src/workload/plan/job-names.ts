import type { JobEntry } from '../schema/job.ts';

/** Names every job: its given name, or its type, numbered to be unique. */
export function nameJobs(jobs: readonly JobEntry[]): string[] {
  const taken = new Set(jobs.flatMap(({ name }) => name ?? []));
  const next = new Map<string, number>();
  return jobs.map(({ name, type }) => {
    if (name !== undefined) return name;
    let number = next.get(type) ?? 1;
    while (taken.has(numbered(type, number))) number++;
    next.set(type, number + 1);
    return numbered(type, number);
  });
}

function numbered(type: string, number: number): string {
  return number === 1 ? type : `${type} ${number}`;
}
