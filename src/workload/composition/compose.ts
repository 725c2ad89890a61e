import { LoadbotError, type Diagnostic } from '../../shared/errors.ts';
import { invalid, type Path, type PathDiagnostic } from '../diagnostics.ts';
import { nameOf, type SourceIo } from '../read/read-text.ts';
import { type LocatedDiagnostic, uniqueProblems } from '../read/source-document.ts';
import { BoundsExceeded, rejectOutOfBounds } from '../read/value-bounds.ts';
import type { Environment } from '../variables.ts';
import { applyEnvironment } from './environments.ts';
import { readIncluding } from './includes.ts';
import { placeAt, type SourceFile, without } from './sourced.ts';

/** Content of a workload file with its includes, in its environment. */
export interface ComposedWorkload {
  /** Name of the file in messages. */
  readonly source: string;
  readonly value: unknown;
  readonly environment: string | undefined;
  /** The file and its includes. */
  readonly files: readonly SourceFile[];
  /** Errors of the flag or the environment variable that chooses the environment. */
  readonly problems: readonly Diagnostic[];
  /** Converts findings, and those about the files and environments, to problems, sorted and without duplicates. */
  locate(findings: readonly PathDiagnostic[]): Diagnostic[];
  /** Base directory of a relative path in the field at a path. */
  directoryOf(path: Path): string;
}

/**
 * Reads a workload file, merges the files that it includes, and the chosen environment.
 * @param environment `--environment`
 * @throws {LoadbotError} `config_invalid`, with all problems
 */
export async function composeWorkload(
  source: string,
  io: SourceIo & { readonly env: Environment },
  environment: string | undefined,
): Promise<ComposedWorkload> {
  const name = nameOf(source);
  const unreadable: Diagnostic[] = [];
  const included = await readIncluding(source, io, unreadable);
  if (unreadable.length > 0 || included === undefined) throw invalid(name, unreadable);
  const { merged: base, files } = included;
  const chosen = applyEnvironment(base, environment, io.env);
  const { value, place } = without(chosen.merged, ['include', 'environments']);
  // Findings about environments have their places in the workload before the merge.
  const located = (findings: readonly PathDiagnostic[], root = place): LocatedDiagnostic[] =>
    findings.map((finding) => {
      const { file, path } = placeAt(root, finding.path);
      const at = file.document.locate(path, finding.part ?? 'value');
      return { finding: { ...finding, path }, source: file.name, order: files.indexOf(file), at };
    });
  const ofFiles = files.flatMap((file) => located(file.document.findings, { file, path: [] }));
  const own = [...ofFiles, ...located(chosen.findings, base.place)];
  rejectLarge(value, name);
  return {
    source: name,
    value,
    environment: chosen.environment,
    files,
    problems: chosen.problems,
    locate: (findings) => uniqueProblems([...own, ...located(findings)]),
    directoryOf: (path) => placeAt(place, path).file.directory,
  };
}

/** The bounds of one file hold for all of them together. */
function rejectLarge(value: unknown, name: string): void {
  try {
    rejectOutOfBounds(value);
  } catch (error) {
    if (!(error instanceof BoundsExceeded)) throw error;
    throw new LoadbotError('config_invalid', `${name} ${error.message}, with its includes`, { hint: error.hint });
  }
}
