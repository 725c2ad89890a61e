import { join } from 'node:path';
import type { Log } from '../shared/log.ts';
import { LoadbotError } from '../shared/errors.ts';
import { formatCountOf } from '../shared/units.ts';
import { FolderStorage } from '../run-store/folder-storage.ts';
import { toFileName } from '../run-store/folder-names.ts';
import { MemoryStorage } from '../run-store/memory-storage.ts';
import { type RunLimits, RunStore } from '../run-store/run-store.ts';
import { describeFailure } from '../reports/output/locate-output.ts';
import type { RunStoreFlags } from './run-store-options.ts';

const IN_MEMORY = 'none';
const MIB = 1024 * 1024;
const MAX_BYTES = { disk: 256 * MIB, memory: 32 * MIB };

/**
 * Opens the past runs of an agent, and logs those that were interrupted. Without a usable default folder they are in
 * memory.
 * @throws {LoadbotError} `config_invalid` when the folder of `--state` cannot be used
 */
export async function openRunStore(
  { state = '', keep_runs: runs }: RunStoreFlags,
  agent: string,
  env: NodeJS.ProcessEnv,
  log: Log,
): Promise<RunStore> {
  const inMemory = (): RunStore => new RunStore(new MemoryStorage(), limitsOf(runs, 'memory'));
  if (state === IN_MEMORY) return inMemory();
  const folder = state === '' ? defaultFolder(agent, env) : state;
  if (folder === undefined) return inMemory();
  try {
    const storage = await FolderStorage.open(folder, (message) => log.warn(message));
    logInterrupted(storage, log);
    return new RunStore(storage, limitsOf(runs, 'disk'));
  } catch (error) {
    const reason = error instanceof LoadbotError ? error.message : `cannot use ${folder}: ${describeFailure(error)}`;
    if (state !== '') {
      const hint = 'name a folder that can be written to, or `--state none` to keep past runs in memory';
      throw new LoadbotError('config_invalid', reason, { hint, cause: error });
    }
    log.info(`past runs are kept in memory only: ${reason}; --state DIR keeps them`);
    return inMemory();
  }
}

function limitsOf(runs: number, place: keyof typeof MAX_BYTES): RunLimits {
  return { runs, bytes: MAX_BYTES[place] };
}

function defaultFolder(agent: string, env: NodeJS.ProcessEnv): string | undefined {
  // Several folders are separated by colons: systemd.exec(5).
  const [ofSystemd = ''] = (env['STATE_DIRECTORY'] ?? '').split(':');
  if (ofSystemd !== '') return ofSystemd;
  const base = env['XDG_STATE_HOME'] ?? '';
  if (base !== '') return join(base, 'loadbot-agent', toFileName(agent));
  const home = env['HOME'] ?? '';
  return home === '' ? undefined : join(home, '.local', 'state', 'loadbot-agent', toFileName(agent));
}

function logInterrupted({ interrupted }: FolderStorage, log: Log): void {
  for (const { run_id: id, workload, ended_at: at, started_at: started, requests, file } of interrupted) {
    log.warn(
      `run ${id.slice(0, 8)} of ${workload}, started at ${started}, was interrupted at ${at} after ${formatCountOf(requests, 'request')}: its partial result is ${file ?? ''}`,
      { run_id: id },
    );
  }
}
