import { createControlClient } from '../../agent/control-client.ts';
import { systemClock } from '../../core/clock.ts';
import { chooseSource, isSourceGiven } from '../choose-source.ts';
import type { CommandIo } from '../command-io.ts';
import type { StartFlags } from '../commands/start.ts';
import { followRun } from '../follow-run.ts';
import { readWorkload } from '../read-workload.ts';
import { describeRun } from '../status-listing.ts';

export async function startRun(file: string | undefined, flags: StartFlags, io: CommandIo): Promise<void> {
  const client = createControlClient(flags.agentUri);
  const workload = isSourceGiven(file, flags) ? await readWorkload(chooseSource(file, flags), io) : undefined;
  const status = await client.start(workload);
  const write = (line: string): void => void io.stdout.write(`${line}\n`);
  if (flags.follow === true) await followRun(client, systemClock(), write);
  else write(`started ${describeRun(status)}`);
}
