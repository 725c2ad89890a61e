import { readdirSync, readFileSync } from 'node:fs';
import { LoadbotError } from '../core/errors.ts';
import { type Plan, sendsRequests } from '../plan/plan.ts';

/** What a load thread's event loop, and the rest of the process, may still open for itself. */
const FILES_A_THREAD = 10;
const FILES_TO_SPARE = 24;

/** Open files, as Linux tells them; `undefined` elsewhere. */
export interface OpenFiles {
  readonly limit: number;
  readonly open: number;
}

export function readOpenFiles(): OpenFiles | undefined {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
    return limit === null ? undefined : { limit: Number(limit[1]), open: readdirSync('/proc/self/fd').length };
  } catch {
    return undefined;
  }
}

/**
 * Refuses a run that would exhaust the process's open files halfway through, where it would look like a fault of
 * the target's. Each connection takes one file, two when the target is embedded in the same process.
 * @throws {LoadbotError} `resource_limit`, naming what the run needs
 */
export function requireOpenFiles(plan: Plan, files: OpenFiles | undefined): void {
  if (files === undefined) return;
  const connections = mostConnections(plan);
  const each = plan.target.driver === 'embedded' ? 2 : 1;
  const needed = files.open + FILES_TO_SPARE + plan.threads * FILES_A_THREAD + connections * each;
  if (needed <= files.limit) return;
  throw new LoadbotError(
    'resource_limit',
    `${connections} connections need ${needed} open files, but this process may open only ${files.limit}`,
    {
      hint: `Raise the limit with "ulimit -n ${needed}" (or LimitNOFILE= in a systemd unit), or use fewer connections.`,
    },
  );
}

/** The most connections that are open at a time, over all threads. */
export function mostConnections(plan: Plan): number {
  return Math.max(0, ...plan.steps.map((step) => connectionsOf(plan, step)));
}

function connectionsOf(plan: Plan, step: readonly number[]): number {
  return step
    .map((index) => plan.jobs[index])
    .reduce((total, job) => total + (job !== undefined && sendsRequests(job) ? job.connections : 0), 0);
}
