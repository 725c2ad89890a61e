import { type Plan, type RequestJobPlan, sendsRequests } from '../plan/plan.ts';
import { ThreadPartition } from './thread-partition.ts';

/** Place of a load thread among all load threads of a run, which may be in several processes and on several machines. */
export interface Place {
  /** From 0 to `of - 1`. */
  readonly rank: number;
  /** Number of load threads of the run. */
  readonly of: number;
}

/** Places of the load threads of a run in one process, by thread. */
export function placesOfThreads(threads: number): readonly Place[] {
  return Array.from({ length: threads }, (_, rank) => ({ rank, of: threads }));
}

/** Maximum number of concurrently open connections of the load threads at these places. */
export function connectionsOfPlaces(plan: Plan, places: readonly Place[]): number {
  return largestStep(plan, places, (workers) => workers);
}

/** Maximum number of their concurrently open sockets: connections over HTTP/2 share them by `http.streams`. */
export function socketsOfPlaces(plan: Plan, places: readonly Place[]): number {
  return largestStep(plan, places, (workers, { http }) => Math.ceil(workers / http.streams));
}

/** @param countOf what the workers of a job on one thread have open */
function largestStep(
  { jobs, steps }: Plan,
  places: readonly Place[],
  countOf: (workers: number, job: RequestJobPlan) => number,
): number {
  const countOfJob = (index: number): number => {
    const job = jobs[index];
    if (job === undefined || !sendsRequests(job)) return 0;
    return sum(places.map(({ rank, of }) => countOf(new ThreadPartition(rank, of, job.connections).workers, job)));
  };
  return Math.max(0, ...steps.map((step) => sum(step.map(countOfJob))));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
