import { systemClock } from '../../shared/clock.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { openClient } from '../agent-client.ts';
import { type AgentFlags, intervalOf } from '../agent-options.ts';
import { readSent, type SentOptions } from '../workload-source.ts';
import type { CommandIo } from '../command-io.ts';
import { EXIT } from '../../shared/exit-status.ts';
import { followRun } from '../follow-run.ts';
import { describeRun } from '../status-listing.ts';

export interface StartFlags extends AgentFlags, SentOptions {
  readonly follow?: boolean;
  /** Another name for `follow`. */
  readonly progress?: boolean;
  /** Milliseconds; only with `follow`. */
  readonly interval?: number;
}

/**
 * Returns the exit code: with `--follow` that of the run.
 * @throws {LoadbotError} `config_invalid` for an interval without `--follow`
 */
export async function startRun(file: string | undefined, flags: StartFlags, io: CommandIo): Promise<number> {
  const isFollowed = flags.follow === true || flags.progress === true;
  if (flags.interval !== undefined && !isFollowed) {
    throw new LoadbotError('config_invalid', '--interval has no effect without --follow', { hint: 'add --follow' });
  }
  const client = await openClient(flags, io);
  const workload = await readSent(file, flags, io);
  const status = await client.start(workload);
  const write = (line: string): void => void io.stdout.write(`${line}\n`);
  if (!isFollowed) {
    write(`started ${describeRun(status)}`);
    return EXIT.ok;
  }
  const code = await followRun(client, { clock: systemClock(), everyMs: intervalOf(flags.interval), write }, status);
  if (code !== undefined) return code;
  throw new LoadbotError('agent_unreachable', 'the agent has exited, or has no result of the run', {
    hint: 'look at the log and the reports of the agent',
  });
}
