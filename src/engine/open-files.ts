import { isBuiltIn } from '../driver-catalog.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { LoadbotError } from '../shared/errors.ts';
import type { Plan } from '../plan/plan.ts';
import { connectionsOfPlaces, type Place, socketsOfPlaces } from './place.ts';

/** Open files reserved for the event loop of a load thread, and for the rest of the process. */
const FILES_A_THREAD = 10;
const FILES_TO_SPARE = 24;

/** Limit and number of open files of the process, from Linux's `/proc/self`; `undefined` elsewhere. */
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
 * Rejects a run that would exhaust the open files of the process, before it starts; during the run, this would look
 * like a fault of the target. Each socket takes one file, or two with the embedded target, which runs in the same
 * process. A server that allows fewer streams than `http.streams` gets more sockets, which are not known here.
 * @param places of the load threads of this process
 * @throws {LoadbotError} `resource_limit`, with the number of files that the run needs
 */
export function requireOpenFiles(plan: Plan, places: readonly Place[], files: OpenFiles | undefined): void {
  if (files === undefined) return;
  const connections = connectionsOfPlaces(plan, places);
  const sockets = socketsOfPlaces(plan, places);
  const each = isBuiltIn(plan.target) ? 2 : 1;
  const needed = files.open + FILES_TO_SPARE + places.length * FILES_A_THREAD + sockets * each;
  if (needed <= files.limit) return;
  throw new LoadbotError(
    'resource_limit',
    `${connections} connections${sockets < connections ? ` over ${sockets} sockets` : ''} need ${needed} open files, but this process may open only ${files.limit}`,
    {
      hint: `Raise the limit with "ulimit -n ${needed}" (or LimitNOFILE= in a systemd unit), or use fewer connections.`,
    },
  );
}
