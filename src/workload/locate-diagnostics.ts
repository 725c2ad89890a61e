import type { Diagnostic } from '../shared/errors.ts';
import { shorten, formatPath } from '../shared/text.ts';
import type { PathDiagnostic } from './path-diagnostic.ts';
import type { Position, SourceDocument } from './read/source-document.ts';

/** Converts findings to problems, sorted by position, without duplicates. */
export function locateDiagnostics(
  document: SourceDocument,
  source: string,
  findings: readonly PathDiagnostic[],
): Diagnostic[] {
  const located = findings.map((finding) => ({ finding, at: document.locate(finding.path, finding.part ?? 'value') }));
  located.sort((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
  const problems = new Map<string, Diagnostic>();
  for (const { finding, at } of located) {
    const problem = toProblem(finding, source, at);
    problems.set(`${problem.file} ${problem.path} ${problem.message}`, problem);
  }
  return [...problems.values()];
}

/** @param source name of the file in messages */
export function toProblem(
  { path, message, hint }: PathDiagnostic,
  source: string,
  { line, column }: Position,
): Diagnostic {
  const where = formatPath(path);
  const file = `${source}:${line}:${column}`;
  return {
    message: shorten(message),
    file,
    ...(where !== '' && { path: where }),
    ...(hint !== undefined && { hint: shorten(hint) }),
  };
}
