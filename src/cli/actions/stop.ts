import { openClient } from '../agent-client.ts';
import type { AgentFlags } from '../agent-options.ts';
import type { CommandIo } from '../command-io.ts';
import { describeRun } from '../status-listing.ts';

export async function stopRun(flags: AgentFlags, io: CommandIo): Promise<void> {
  const status = await (await openClient(flags, io)).stop();
  io.stdout.write(
    status.run_id === null
      ? `${describeRun(status)} is idle: there is nothing to stop\n`
      : `stopping ${describeRun(status)}\n`,
  );
}
