import type { AgentsFlags } from '../agent-options.ts';
import { changeRuns } from '../change-runs.ts';
import type { CommandIo } from '../command-io.ts';

/** Resumes the load of each agent; returns the exit code. */
export function resumeRuns(flags: AgentsFlags, io: CommandIo): Promise<number> {
  return changeRuns(flags, io, (client) => client.resume(), 'resumed');
}
