import type { Problem } from '../core/errors.ts';
import { formatPath, type Path } from './path.ts';
import type { Position, SourceDocument } from './read/source-document.ts';

/** A problem of the file before it is known where in the text it is. */
export interface Finding {
  readonly path: Path;
  readonly message: string;
  readonly hint?: string | undefined;
  /** Which of a field's two ends is to blame: the value, if not said otherwise. */
  readonly part?: 'key' | 'value';
}

/** Findings as problems in the order of the text, each once. */
export function locateFindings(document: SourceDocument, source: string, findings: readonly Finding[]): Problem[] {
  const located = findings.map((finding) => ({ finding, at: document.locate(finding.path, finding.part ?? 'value') }));
  located.sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
  const problems = new Map<string, Problem>();
  for (const { finding, at } of located) {
    const problem = toProblem(finding, formatPosition(source, at));
    problems.set(`${problem.file} ${problem.path} ${problem.message}`, problem);
  }
  return [...problems.values()];
}

/** @param file where: the file, with line and column when known */
export function toProblem({ path, message, hint }: Finding, file: string): Problem {
  const where = formatPath(path);
  return { message, file, ...(where !== '' && { path: where }), ...(hint !== undefined && { hint }) };
}

/** `load.jsonc:12:5`. */
export function formatPosition(source: string, { line, column }: Position): string {
  return `${source}:${line}:${column}`;
}
