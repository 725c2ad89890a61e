import { LoadbotError } from '../shared/errors.ts';
import { resolve } from 'node:path';
import type { WorkloadText } from '../agent/control-routes.ts';
import { readText, type SourceIo } from '../workload/read/read-text.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { readBounded } from '../shared/read-file.ts';
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

/** The source of a workload that came by standard input. */
export const STDIN = 'stdin';

/**
 * Reads the text of a workload without parsing it.
 * @throws {LoadbotError} `config_invalid` when it cannot be read
 */
export async function readWorkload(source: string, io: CommandIo): Promise<WorkloadText> {
  const text = await readText(source, sourceIo(io));
  return { text, source: source === '-' ? STDIN : resolve(source) };
}

/** Where a command reads workloads from: files, and its standard input. */
export function sourceIo(io: CommandIo): SourceIo {
  return { readStdin: () => io.readStdin(), readFile: (path) => readBounded(path, WORKLOAD_LIMITS.workloadBytes) };
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
