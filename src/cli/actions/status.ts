import { openClient } from '../agent-client.ts';
import type { AgentFlags } from '../agent-options.ts';
import type { CommandIo } from '../command-io.ts';
import { listStatus } from '../status-listing.ts';

export interface StatusFlags extends AgentFlags {
  readonly json?: boolean;
}

export async function showStatus({ json = false, ...flags }: StatusFlags, io: CommandIo): Promise<void> {
  const status = await (await openClient(flags, io)).status();
  io.stdout.write(`${json ? JSON.stringify(status, null, 2) : listStatus(status).join('\n')}\n`);
}
