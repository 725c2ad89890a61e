import { systemClock } from '../../shared/clock.ts';
import { intervalOf } from '../agent-options.ts';
import type { AgentsFlags } from '../agent-options.ts';
import { agentUris, askAgents, worstExitCode } from '../agents.ts';
import type { CommandIo } from '../command-io.ts';
import { followRun } from '../follow-run.ts';

export interface ProgressFlags extends AgentsFlags {
  /** Milliseconds. */
  readonly interval?: number;
}

/** Follows the runs of agents until all have ended; returns the exit code. */
export async function followProgress({ interval, ...flags }: ProgressFlags, io: CommandIo): Promise<number> {
  const isOne = agentUris(flags).length === 1;
  const answers = await askAgents(flags, io, (client, uri) => {
    const write = (line: string): void => void io.stdout.write(isOne ? `${line}\n` : `${uri}  ${line}\n`);
    return followRun(client, { clock: systemClock(), everyMs: intervalOf(interval), write });
  });
  return worstExitCode(answers, io);
}
