import { systemClock } from '../../shared/clock.ts';
import { openClient } from '../agent-client.ts';
import { type AgentFlags, intervalOf } from '../agent-options.ts';
import type { CommandIo } from '../command-io.ts';
import { followRun } from '../follow-run.ts';

export interface ProgressFlags extends AgentFlags {
  /** Milliseconds. */
  readonly interval?: number;
}

export async function followProgress({ interval, ...flags }: ProgressFlags, io: CommandIo): Promise<void> {
  const client = await openClient(flags, io);
  const write = (line: string): void => void io.stdout.write(`${line}\n`);
  await followRun(client, { clock: systemClock(), everyMs: intervalOf(interval), write });
}
