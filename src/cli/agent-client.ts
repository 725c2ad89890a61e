import { type ControlClient, createControlClient } from '../agent/control-client.ts';
import type { AgentFlags } from './agent-options.ts';
import type { CommandIo } from './command-io.ts';
import { readToken } from './control-options.ts';

/**
 * The client of the agent that the flags name.
 * @throws {LoadbotError} `config_invalid` for an invalid address or token
 */
export async function openClient(flags: AgentFlags, { env }: CommandIo): Promise<ControlClient> {
  return createControlClient(flags.agentUri, { token: await readToken(flags, env) });
}
