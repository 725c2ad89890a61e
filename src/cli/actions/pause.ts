import type { AgentsFlags } from '../agent-options.ts';
import { changeRuns } from '../change-runs.ts';
import type { CommandIo } from '../command-io.ts';

/** Pauses the load of each agent; returns the exit code. */
export function pauseRuns(flags: AgentsFlags, io: CommandIo): Promise<number> {
  return changeRuns(flags, io, (client) => client.pause(), 'paused');
}
