import type { Diagnostic } from '../../shared/errors.ts';
import { formatPath, shorten } from '../../shared/text.ts';
import type { PathDiagnostic, Path } from '../diagnostics.ts';

/** A position in the text; line and column count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A syntax error. */
export interface SyntaxFault {
  readonly at: Position;
  readonly message: string;
  readonly hint?: string;
}

/** A parsed text with the positions of its nodes. */
export interface SourceDocument {
  /** Content as plain JSON values; `undefined` for an empty text or a syntax error. */
  readonly value: unknown;
  readonly fault: SyntaxFault | undefined;
  /** Duplicate keys, and values that are not JSON. */
  readonly findings: readonly PathDiagnostic[];
  /** Position of a node, or of the nearest enclosing node when absent. */
  locate(path: Path, part: 'key' | 'value'): Position;
}

/** Builds a document that could not be parsed. */
export function unreadable(fault: SyntaxFault): SourceDocument {
  return { value: undefined, fault, findings: [], locate: () => fault.at };
}

/** Creates a function that converts offsets of a text to positions. */
export function positionsOf(text: string): (offset: number) => Position {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    // Binary search: a file of 100,000 lines may have an error on each.
    let [line, beyond] = [0, starts.length];
    while (beyond - line > 1) {
      const middle = (line + beyond) >> 1;
      if ((starts[middle] ?? 0) <= offset) line = middle;
      else beyond = middle;
    }
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
}

/** PathDiagnostic for a duplicate key: parsers would silently use one of the two values. */
export function duplicateKey(path: Path): PathDiagnostic {
  return { path, part: 'key', message: `\`${path.at(-1)}\` is given twice`, hint: 'keep one of the two' };
}

/**
 * Creates a lookup of a container's items by name; the last item of a name wins. Each container is indexed once,
 * because a file may have thousands of errors in one place.
 */
export function lookUpByName<Container extends object, Item>(
  entriesOf: (container: Container) => readonly (readonly [name: string, item: Item])[],
): (container: Container, name: string) => Item | undefined {
  const known = new WeakMap<Container, ReadonlyMap<string, Item>>();
  return (container, name) => {
    const items = known.get(container) ?? new Map(entriesOf(container));
    known.set(container, items);
    return items.get(name);
  };
}

/** A finding with its position. */
export interface LocatedDiagnostic {
  readonly finding: PathDiagnostic;
  /** Name of the file in messages. */
  readonly source: string;
  /** Place of the file among those of the workload. */
  readonly order: number;
  readonly at: Position;
}

/** Converts findings to problems, sorted by position, without duplicates. */
export function locateDiagnostics(
  document: SourceDocument,
  source: string,
  findings: readonly PathDiagnostic[],
): Diagnostic[] {
  return uniqueProblems(
    findings.map((finding) => {
      return { finding, source, order: 0, at: document.locate(finding.path, finding.part ?? 'value') };
    }),
  );
}

/** Converts located findings to problems, sorted by file and position, without duplicates. */
export function uniqueProblems(located: readonly LocatedDiagnostic[]): Diagnostic[] {
  const sorted = located.toSorted((a, b) => a.order - b.order || a.at.line - b.at.line || a.at.column - b.at.column);
  const problems = new Map<string, Diagnostic>();
  for (const { finding, source, at } of sorted) {
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
