import { createControlClient } from '../../agent/control-client.ts';
import { systemClock } from '../../core/clock.ts';
import type { AgentFlags } from '../agent-option.ts';
import type { CommandIo } from '../command-io.ts';
import { followRun } from '../follow-run.ts';

export async function followProgress({ agentUri }: AgentFlags, io: CommandIo): Promise<void> {
  const client = createControlClient(agentUri);
  await followRun(client, systemClock(), (line) => io.stdout.write(`${line}\n`));
}
