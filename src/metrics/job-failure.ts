import type { ErrorClass } from '../shared/outcome.ts';
import { type JobSnapshot, requestsOf, type Tally } from '../recorder/snapshot.ts';

/** Stages at which a job can fail: the values of the label `action`. */
export const FAILED_ACTIONS = ['connect', 'run', 'drain'] as const;
export type FailedAction = (typeof FAILED_ACTIONS)[number];

/**
 * Error classes of requests that never got a connection. A connection that opens too slowly is a `timeout`, as a late
 * response is.
 */
const CONNECT_CLASSES: readonly ErrorClass[] = ['refused', 'dns', 'tls', 'client_resource'];

/**
 * Returns the stage at which an ended job failed, the first that applies; `undefined` if it did not fail or has not
 * ended.
 * - `connect`: its sessions could not be opened, or none of its requests got a connection;
 * - `run`: it failed after its load had started;
 * - `drain`: requests were in flight at the end of its drain time and were aborted.
 * @param parts snapshots of one job, one per request type
 */
export function failedActionOf(parts: readonly JobSnapshot[]): FailedAction | undefined {
  const [job] = parts;
  if (job?.endedEpochMs === undefined) return undefined;
  const began = job.ranMs !== undefined;
  const tallies = parts.flatMap(({ measured, warmUp }) => (warmUp === undefined ? [measured] : [measured, warmUp]));
  if (job.status === 'failed') return began && !neverConnected(tallies) ? 'run' : 'connect';
  if (neverConnected(tallies)) return 'connect';
  return sum(tallies, (tally) => tally.aborted) > 0 ? 'drain' : undefined;
}

function neverConnected(tallies: readonly Tally[]): boolean {
  const requests = sum(tallies, requestsOf);
  const unconnected = sum(tallies, ({ errors }) => CONNECT_CLASSES.reduce((total, name) => total + errors[name], 0));
  return requests > 0 && requests === unconnected;
}

function sum(tallies: readonly Tally[], count: (tally: Tally) => number): number {
  return tallies.reduce((total, tally) => total + count(tally), 0);
}
