import { LoadbotError } from '../../shared/errors.ts';
import { changeRuns } from '../change-runs.ts';
import type { CommandIo } from '../command-io.ts';
import type { PaceFlags } from './pace.ts';

/**
 * Changes the connections of the run of each agent; returns the exit code.
 * @throws {LoadbotError} `config_invalid` for a number that is not whole
 */
export function limitConnections(text: string, { job, ...flags }: PaceFlags, io: CommandIo): Promise<number> {
  if (!/^\d{1,6}$/.test(text)) {
    throw new LoadbotError('config_invalid', `${JSON.stringify(text)} is not a number of connections`, {
      hint: 'set a whole number, up to `connections` of the job',
    });
  }
  return changeRuns(flags, io, (client) => client.connections(Number(text), job), `${text} connections for`);
}
