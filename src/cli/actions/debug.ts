import { openClient } from '../agent-client.ts';
import type { AgentFlags } from '../agent-options.ts';
import type { CommandIo } from '../command-io.ts';

export type DebugState = 'on' | 'off';

/** @param state `undefined`: unchanged */
export async function switchDebug(state: DebugState | undefined, flags: AgentFlags, io: CommandIo): Promise<void> {
  const client = await openClient(flags, io);
  const on = await client.debug(state === undefined ? undefined : state === 'on');
  io.stdout.write(`debug messages of the agent at ${flags.agentUri} are ${on ? 'on' : 'off'}\n`);
}
