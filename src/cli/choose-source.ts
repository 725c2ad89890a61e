import { LoadbotError } from '../shared/errors.ts';

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
