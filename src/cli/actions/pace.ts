import { LoadbotError } from '../../shared/errors.ts';
import { parseRate, RATE } from '../../workload/values.ts';
import type { AgentsFlags } from '../agent-options.ts';
import { changeRuns } from '../change-runs.ts';
import type { CommandIo } from '../command-io.ts';

export interface PaceFlags extends AgentsFlags {
  readonly job?: string;
}

const FACTOR = /^x(\d{1,9}(?:\.\d{1,9})?)$/;

/**
 * Changes the pace of the run of each agent; returns the exit code.
 * @throws {LoadbotError} `config_invalid` for a pace that is neither a rate nor a factor
 */
export function paceRuns(text: string, { job, ...flags }: PaceFlags, io: CommandIo): Promise<number> {
  const factor = FACTOR.exec(text)?.[1];
  if (factor === undefined && !RATE.test(text)) {
    throw new LoadbotError('config_invalid', `${JSON.stringify(text)} is not a pace`, {
      hint: 'set a rate such as 500/s or 6000/m, or a factor of the pace of the workload such as x2 or x0.5',
    });
  }
  const change = factor === undefined ? { job, rate: parseRate(text) } : { job, factor: Number(factor) };
  return changeRuns(flags, io, (client) => client.pace(change), `pace ${text} for`);
}
