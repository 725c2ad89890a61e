import type { SourceIo } from '../workload/read/read-text.ts';
import type { PlanOverrides } from '../workload/flags.ts';
import type { NamedFile } from '../reports/output/output-conflicts.ts';
import { chooseSource, type SourceOptions } from './workload-source.ts';
import type { CommandIo } from './command-io.ts';
import { refuseFileWords } from './arguments.ts';
import { type PlannedWorkload, planWorkload } from '../planning/plan-workload.ts';
import { isUrl, requireMatchingFlags, type UrlFlags } from './url-flags.ts';

/** Flags that name a workload or describe one. */
export interface InputFlags extends SourceOptions, UrlFlags, PlanOverrides {}

/** Where a command gets its workload from: a file, or a URL with flags. */
export interface WorkloadInput {
  /** Name in messages: the path, `-` for standard input, or that of the command line. */
  readonly source: string;
  /** The workload file of a URL. */
  readonly text: string | undefined;
  /** Files that were read to make it. */
  readonly files: readonly NamedFile[];
  /** @throws {LoadbotError} `config_invalid`, with every problem at once */
  plan(overrides: PlanOverrides): Promise<PlannedWorkload>;
}

/**
 * Opens the workload that a command line names.
 * @throws {LoadbotError} `config_invalid` for none, for more than one, and for flags that do not belong to it
 */
export async function openInput(
  command: string,
  file: string | undefined,
  flags: InputFlags,
  io: CommandIo,
): Promise<WorkloadInput> {
  refuseFileWords(command, file);
  requireMatchingFlags(command, file, flags);
  if (file === undefined || !isUrl(file)) {
    const source = chooseSource(file, flags);
    return { source, text: undefined, files: [], plan: (overrides) => planWorkload(source, overrides, io) };
  }
  const { buildUrlWorkload, COMMAND_LINE, toFlagProblems } = await import('./url-workload.ts');
  const { text, env, bodyFile } = buildUrlWorkload(file, flags, io.env);
  const read = (): Promise<string> => Promise.resolve(text);
  const from: SourceIo = { readFile: read, readStdin: read };
  return {
    source: COMMAND_LINE,
    text,
    files: bodyFile === undefined ? [] : [{ path: bodyFile, role: 'the file of --body' }],
    plan: (overrides) =>
      planWorkload(COMMAND_LINE, overrides, { ...io, env }, from).catch((error: unknown) => {
        throw toFlagProblems(error);
      }),
  };
}
