import { readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { LoadbotError } from '../shared/errors.ts';

const NAME = 'agent.lock';

/** The process that uses a folder. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /** Start of the process, as in `/proc/PID/stat`; empty where that is not known. */
  readonly started: string;
}

/**
 * Reserves a folder for this process. A reservation of a process that has ended, also by SIGKILL, does not count.
 * @returns a function that ends the reservation
 * @throws {LoadbotError} `config_invalid` when another process uses the folder; errors of Node's file functions
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, NAME);
  const owner: Owner = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
  const text = `${JSON.stringify(owner)}\n`;
  await writeFile(path, text, { flag: 'wx' }).catch(async (error: unknown) => {
    if (Object(error).code !== 'EEXIST') throw error;
    const other = await readOwner(path);
    if (other !== undefined && isRunning(other)) {
      throw new LoadbotError('config_invalid', `${folder} is in use by the agent with the process id ${other.pid}`, {
        hint: 'give each agent a folder of its own: --state DIR, or a name of its own: --name NAME',
      });
    }
    await writeFile(path, text);
  });
  return () => rm(path, { force: true });
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const { pid, host, started } = JSON.parse(await readFile(path, 'utf8')) as Partial<Owner>;
    return typeof pid === 'number' && typeof host === 'string' ? { pid, host, started: String(started) } : undefined;
  } catch {
    return undefined;
  }
}

/** Process ids of another host, such as an earlier container, mean nothing here. */
function isRunning({ pid, host, started }: Owner): boolean {
  if (host !== hostname() || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (Object(error).code !== 'EPERM') return false;
  }
  return startOf(pid) === started;
}

/** The 22nd field; the second one, in parentheses, may contain spaces. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
