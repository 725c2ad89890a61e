import { createControlClient } from '../../agent/control-client.ts';
import { systemClock } from '../../core/clock.ts';
import { LoadbotError } from '../../core/errors.ts';
import type { AgentFlags } from '../agent-option.ts';
import { chooseSource, isSourceGiven, type SourceOptions } from '../choose-source.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT } from '../exit-codes.ts';
import { followRun } from '../follow-run.ts';
import { readWorkload } from '../read-workload.ts';
import { describeRun } from '../status-listing.ts';

export interface StartFlags extends AgentFlags, SourceOptions {
  readonly follow?: boolean;
}

/** Returns the exit code: with `--follow` that of the run. */
export async function startRun(file: string | undefined, flags: StartFlags, io: CommandIo): Promise<number> {
  const client = createControlClient(flags.agentUri);
  const workload = isSourceGiven(file, flags) ? await readWorkload(chooseSource(file, flags), io) : undefined;
  const status = await client.start(workload);
  const write = (line: string): void => void io.stdout.write(`${line}\n`);
  if (flags.follow !== true) {
    write(`started ${describeRun(status)}`);
    return EXIT.ok;
  }
  const code = await followRun(client, systemClock(), write, status);
  if (code !== undefined) return code;
  throw new LoadbotError('agent_unreachable', 'the agent is gone, or does not know how the run ended', {
    hint: 'look at the log and the reports of the agent',
  });
}
