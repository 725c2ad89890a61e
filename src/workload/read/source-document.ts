import type { PathDiagnostic } from '../path-diagnostic.ts';
import type { Path } from '../path.ts';

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
