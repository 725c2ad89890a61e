import { LoadbotError } from '../shared/errors.ts';
import { resolve } from 'node:path';
import type { WorkloadText } from '../agent/control-routes.ts';
import { readText, type SourceIo } from '../workload/read/read-text.ts';
import { openSource, STDIN } from '../planning/source-io.ts';
import type { CommandIo } from './command-io.ts';

/** Flags for a workload that is sent to an agent. */
export interface SentOptions extends SourceOptions {
  readonly param?: readonly string[] | undefined;
  readonly environment?: string | undefined;
}

/** Arguments and flags that name a workload file. */
export interface SourceOptions {
  readonly configFile?: string | undefined;
  readonly stdin?: boolean | undefined;
}

/** Whether a command line names a workload file at all. */
export function isSourceGiven(file: string | undefined, { configFile, stdin }: SourceOptions): boolean {
  return file !== undefined || configFile !== undefined || stdin === true;
}

/**
 * The one workload file that a command line names: a path, or `-` for standard input.
 * @throws {LoadbotError} `config_invalid` for none and for more than one
 */
export function chooseSource(file: string | undefined, { configFile, stdin }: SourceOptions): string {
  const given = [file, configFile, stdin === true ? '-' : undefined].filter((source) => source !== undefined);
  const [source] = given;
  const hint = 'give one path, -f/--config-file PATH, or --stdin';
  if (source === undefined) throw new LoadbotError('config_invalid', 'no workload file is given', { hint });
  if (given.length > 1) throw new LoadbotError('config_invalid', 'more than one workload file is given', { hint });
  return source;
}

/**
 * Reads the text of a workload, and the files that it includes; its problems are found where it is planned.
 * @throws {LoadbotError} `config_invalid` when it cannot be read
 */
export async function readWorkload(source: string, io: CommandIo): Promise<WorkloadText> {
  const disk = await openSource(source, io);
  const text = await readText(source, disk);
  const path = source === '-' ? source : resolve(source);
  return { text, source: source === '-' ? STDIN : path, files: await includedFiles(path, text, disk) };
}

async function includedFiles(source: string, text: string, disk: SourceIo): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = {};
  if (!text.includes('include')) return files;
  const readStdin = (): Promise<string> => Promise.resolve(text);
  const record = async (path: string): Promise<string> =>
    path === source ? text : (files[path] = await disk.readFile(path));
  const { readIncluding } = await import('../workload/composition/includes.ts');
  await readIncluding(source, { readStdin, readFile: record }, []).catch(() => undefined);
  return files;
}

/**
 * Reads the workload that a command sends to an agent, with its flags; `undefined` without one.
 * @throws {LoadbotError} `config_invalid` when it cannot be read, or for flags without a workload
 */
export async function readSent(
  file: string | undefined,
  flags: SentOptions,
  io: CommandIo,
): Promise<WorkloadText | undefined> {
  const { param, environment } = flags;
  if (isSourceGiven(file, flags)) return { ...(await readWorkload(chooseSource(file, flags), io)), param, environment };
  const given = param !== undefined ? '--param' : environment !== undefined ? '--environment' : undefined;
  if (given === undefined) return undefined;
  throw new LoadbotError('config_invalid', `${given} needs a workload file`, { hint: 'name the file, too' });
}
