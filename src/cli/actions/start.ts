import { createControlClient } from '../../agent/control-client.ts';
import { systemClock } from '../../core/clock.ts';
import type { AgentFlags } from '../agent-option.ts';
import { chooseSource, isSourceGiven, type SourceOptions } from '../choose-source.ts';
import type { CommandIo } from '../command-io.ts';
import { followRun } from '../follow-run.ts';
import { readWorkload } from '../read-workload.ts';
import { describeRun } from '../status-listing.ts';

export interface StartFlags extends AgentFlags, SourceOptions {
  readonly follow?: boolean;
}

export async function startRun(file: string | undefined, flags: StartFlags, io: CommandIo): Promise<void> {
  const client = createControlClient(flags.agentUri);
  const workload = isSourceGiven(file, flags) ? await readWorkload(chooseSource(file, flags), io) : undefined;
  const status = await client.start(workload);
  const write = (line: string): void => void io.stdout.write(`${line}\n`);
  if (flags.follow === true) await followRun(client, systemClock(), write);
  else write(`started ${describeRun(status)}`);
}
