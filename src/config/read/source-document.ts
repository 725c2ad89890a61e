import type { Finding } from '../finding.ts';
import type { Path } from '../path.ts';

/** A place in the text; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** What keeps a text from being read at all. */
export interface SyntaxFault {
  readonly at: Position;
  readonly message: string;
  readonly hint?: string;
}

/** A parsed text that still knows where everything stands. */
export interface SourceDocument {
  /** The content, made of plain JSON values; `undefined` where there is none, or a syntax fault. */
  readonly value: unknown;
  readonly fault: SyntaxFault | undefined;
  /** Duplicate keys, and values that are no JSON. */
  readonly findings: readonly Finding[];
  /** Where a node is; the nearest one around it when it is not there. */
  locate(path: Path, part: 'key' | 'value'): Position;
}

/** A document that could not be read. */
export function unreadable(fault: SyntaxFault): SourceDocument {
  return { value: undefined, fault, findings: [], locate: () => fault.at };
}

/** Makes a function that turns offsets in a text into positions. */
export function positionsOf(text: string): (offset: number) => Position {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    // By halves: a file of a hundred thousand lines may be wrong on each of them.
    let [line, beyond] = [0, starts.length];
    while (beyond - line > 1) {
      const middle = (line + beyond) >> 1;
      if ((starts[middle] ?? 0) <= offset) line = middle;
      else beyond = middle;
    }
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
}
