import { expect } from 'vitest';
import type { ResultDocument, ResultJob } from '../../src/reports/document/result-document.ts';

/** The job of that name in a result. */
export function jobNamed(result: ResultDocument, name: string): ResultJob {
  const job = result.jobs.find((one) => one.name === name);
  if (job === undefined) throw new Error(`no job ${name}`);
  return job;
}

/** Its errors by class, those that occurred. */
export function errorsOf({ errors_by_class: counts }: ResultJob): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

/** Checks that planned requests equal the sum of their outcomes. */
export function expectConserved(job: ResultJob): void {
  if (job.planned !== null) expect(job.planned).toBe(job.started + job.skipped);
  expect(job.started).toBe(job.ok + job.miss + job.errors + job.aborted);
  expect(job.requests).toBe(job.ok + job.miss + job.errors);
  expect(job.service_time.count).toBe(job.requests);
  expect(sum(job.errors_by_class)).toBe(job.errors);
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
