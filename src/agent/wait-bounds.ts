import { type Plan, sendsRequests } from '../plan/plan.ts';
import type { WaitBound } from './bounded-waits.ts';

/**
 * Bounds of all waits, in their order. After a signal the load has its jobs' `drain` and a second, everything after it
 * 9 s in all: 15 s with the default `drain` of 5 s. docs/operations.md lists them.
 */
export const WAIT_BOUNDS = {
  open: { normalMs: 120_000, shutdownMs: 2000 },
  /** Beyond the longest `drain`: load threads have a second, then the watchdog ends them. */
  loadGraceMs: 2000,
  save: { normalMs: 2000, shutdownMs: 1000 },
  sources: { normalMs: 60_000, shutdownMs: 2000 },
  delivery: { normalMs: 150_000, shutdownMs: 6000 },
  thresholds: { normalMs: 60_000, shutdownMs: 7000 },
  /** After a second signal `cli/signals.ts` ends the process, even if an output hangs. */
  notes: { normalMs: 10_000, shutdownMs: 7500, killedMs: 100 },
  reports: { normalMs: 60_000, shutdownMs: 8000, killedMs: Infinity },
  close: { normalMs: 5000, shutdownMs: 9000 },
} as const satisfies Readonly<Record<string, WaitBound | number>>;

/** Bound of the load: none until it is stopped, then the longest `drain` of its jobs and the watchdog's grace. */
export function loadBound({ jobs }: Plan): WaitBound {
  const drainMs = Math.max(0, ...jobs.filter(sendsRequests).map((job) => job.drainMs));
  return { normalMs: Infinity, shutdownMs: drainMs + WAIT_BOUNDS.loadGraceMs };
}
