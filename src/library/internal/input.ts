import { join } from 'node:path';
import { openSource, type PlanIo } from '../../planning/source-io.ts';
import { type PlannedWorkload, planWorkload } from '../../planning/plan-workload.ts';
import { toWorkloadText } from '../../planning/workload-text.ts';
import { LoadbotError } from '../../shared/errors.ts';
import { type FlagName, flagRows, type PlanOverrides } from '../../workload/flags.ts';
import { isModule } from '../../workload/read/read-text.ts';
import { optionNameOf } from './flag-names.ts';
import type { RunOptions } from '../options.ts';
import type { Workload } from '../workload.ts';

/** Name of a workload of code in messages, and of the run unless it has a `name`. */
const CODE = 'workload';

/** Options that both `run` and `validate` have. */
type InputOptions = Omit<RunOptions, 'signal' | 'reports' | 'onProgress' | 'onLog'>;

/** A workload as it is given to the library. */
export interface Input {
  /** Path of the file; `undefined`: a workload of code. */
  readonly path: string | undefined;
  readonly io: PlanIo;
  /** @throws {LoadbotError} `config_invalid`, with all problems */
  plan(): Promise<PlannedWorkload>;
}

/** Whether problems of the workload have lines and columns. */
export function hasPositions(workload: Workload | string): boolean {
  return typeof workload === 'string' && !isModule(workload);
}

/** Opens a workload of code, or the file at a path. */
export function openInput(workload: Workload | string, options: InputOptions, command: 'run' | 'validate'): Input {
  const { env = process.env, directory = '.' } = options;
  // Standard input belongs to the program that uses the library.
  const readStdin = (): Promise<string> => Promise.reject(new Error('a workload file has a path'));
  const io: PlanIo = { env, readStdin };
  const overrides = readFlags(options, command);
  if (typeof workload === 'string') {
    const path = workload === '-' ? './-' : workload;
    return { path, io, plan: () => planWorkload(path, overrides(), io) };
  }
  const source = join(directory, CODE);
  return {
    path: undefined,
    io,
    async plan() {
      const text = toWorkloadText(workload, CODE);
      const files = await openSource(source, io);
      const readFile = (path: string): Promise<string> =>
        path === source ? Promise.resolve(text) : files.readFile(path);
      return planWorkload(source, overrides(), io, { ...files, readFile });
    },
  };
}

/** Names of options that are not flags. */
const OTHER_OPTIONS: ReadonlySet<string> = new Set<keyof RunOptions>([
  'directory',
  'env',
  'signal',
  'reports',
  'onProgress',
  'onLog',
]);

/** Converts options to the flags of a command. @throws {LoadbotError} `config_invalid` for unknown ones */
function readFlags(options: InputOptions, command: 'run' | 'validate'): () => PlanOverrides {
  const flags = new Map(
    flagRows()
      .filter(([, { commands }]) => commands.some((one) => one === command))
      .map(([name]) => [optionNameOf(name), name]),
  );
  return () => {
    const given = Object.entries(options).filter(([name, value]) => value !== undefined && !OTHER_OPTIONS.has(name));
    const unknown = given.filter(([name]) => !flags.has(name));
    if (unknown.length > 0) {
      const hint = `options of ${command}: ${[...flags.keys()].join(', ')}`;
      const problems = unknown.map(([path]) => ({ path, message: `is not an option of ${command}`, hint }));
      throw new LoadbotError('config_invalid', 'the options are invalid', { problems });
    }
    return Object.fromEntries(
      given.map(([name, value]) => {
        const flag = flags.get(name) as FlagName; // the unknown ones are refused
        return [flag, flagValue(flag, value)];
      }),
    );
  };
}

/** Separator of the entries of a flag that is repeated on the command line. */
const SEPARATORS: Readonly<Partial<Record<FlagName, string>>> = { param: '=', label: '=', metrics_export_header: ': ' };

function flagValue(flag: FlagName, value: unknown): unknown {
  const separator = SEPARATORS[flag];
  if (separator === undefined || typeof value !== 'object') return value;
  return Object.entries(Object(value)).map(([name, one]) => `${name}${separator}${String(one)}`);
}
