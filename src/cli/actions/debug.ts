import { createControlClient } from '../../agent/control-client.ts';
import type { AgentFlags } from '../agent-options.ts';
import type { CommandIo } from '../command-io.ts';

export type DebugState = 'on' | 'off';

/** @param state `undefined`: unchanged */
export async function switchDebug(
  state: DebugState | undefined,
  { agentUri }: AgentFlags,
  io: CommandIo,
): Promise<void> {
  const on = await createControlClient(agentUri).debug(state === undefined ? undefined : state === 'on');
  io.stdout.write(`debug messages of the agent at ${agentUri} are ${on ? 'on' : 'off'}\n`);
}
