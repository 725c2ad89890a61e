import { type Plan, sendsRequests } from '../plan/plan.ts';
import type { Bound } from './patience.ts';

/**
 * Bounds of all waits, in their order. After a signal the load has its jobs' `drain` and a second, everything after it
 * 9 s in all: 15 s with the default `drain` of 5 s. docs/operations.md lists them.
 */
export const WAIT_BOUNDS = {
  open: { calmMs: 120_000, hurriedMs: 2000 },
  /** Beyond the longest `drain`: load threads have a second, then the watchdog ends them. */
  loadGraceMs: 2000,
  save: { calmMs: 2000, hurriedMs: 1000 },
  sources: { calmMs: 60_000, hurriedMs: 2000 },
  delivery: { calmMs: 150_000, hurriedMs: 6000 },
  thresholds: { calmMs: 60_000, hurriedMs: 7000 },
  /** After a second signal the process ends within 150 ms, whatever is being written. */
  notes: { calmMs: 10_000, hurriedMs: 7500, killedMs: 100 },
  reports: { calmMs: 60_000, hurriedMs: 8000, killedMs: Infinity },
  close: { calmMs: 5000, hurriedMs: 9000 },
} as const satisfies Readonly<Record<string, Bound | number>>;

/** Bound of the load: none until it is stopped, then the longest `drain` of its jobs and the watchdog's grace. */
export function loadBound({ jobs }: Plan): Bound {
  const drainMs = Math.max(0, ...jobs.filter(sendsRequests).map((job) => job.drainMs));
  return { calmMs: Infinity, hurriedMs: drainMs + WAIT_BOUNDS.loadGraceMs };
}
