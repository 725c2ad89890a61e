import type { ErrorClass } from '../core/outcome.ts';
import { type JobSnapshot, requestsOf, type Tally } from '../recorder/snapshot.ts';

/** Where a job failed; the values of the label `action`. */
export const FAILED_ACTIONS = ['connect', 'run', 'drain'] as const;
export type FailedAction = (typeof FAILED_ACTIONS)[number];

/** How requests fail that never got a connection. One that took too long to open is a `timeout`, as a late answer is. */
const CONNECT_CLASSES: readonly ErrorClass[] = ['refused', 'dns', 'tls', 'client_resource'];

/**
 * What an ended job could not do as a whole, the first that applies; `undefined`: nothing, or it has not ended.
 * - `connect`: its sessions could not be opened, or not one of its requests got a connection;
 * - `run`: it broke off after its load had begun;
 * - `drain`: requests were still under way when its drain time was over and had to be cut off.
 * @param parts of one job, one for each type of request
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
