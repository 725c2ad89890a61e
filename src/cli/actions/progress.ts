import { createControlClient } from '../../agent/control-client.ts';
import { systemClock } from '../../shared/clock.ts';
import { type AgentFlags, intervalOf } from '../agent-options.ts';
import type { CommandIo } from '../command-io.ts';
import { followRun } from '../follow-run.ts';

export interface ProgressFlags extends AgentFlags {
  /** Milliseconds. */
  readonly interval?: number;
}

export async function followProgress({ agentUri, interval }: ProgressFlags, io: CommandIo): Promise<void> {
  const client = createControlClient(agentUri);
  const write = (line: string): void => void io.stdout.write(`${line}\n`);
  await followRun(client, { clock: systemClock(), everyMs: intervalOf(interval), write });
}
