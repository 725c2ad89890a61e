import type { AgentsFlags } from '../agent-options.ts';
import { changeRuns } from '../change-runs.ts';
import type { CommandIo } from '../command-io.ts';

export interface StopFlags extends AgentsFlags {
  readonly now?: boolean;
  /** Milliseconds. */
  readonly drain?: number;
}

/** Stops the run of each agent; returns the exit code. */
export function stopRuns({ now = false, drain, ...flags }: StopFlags, io: CommandIo): Promise<number> {
  const drainMs = now ? 0 : drain;
  return changeRuns(flags, io, (client) => client.stop(drainMs), now ? 'stopping at once' : 'stopping');
}
