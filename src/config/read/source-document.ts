import type { Path } from '../path.ts';

/** A place in the text; both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Something wrong with the text itself, whatever it means. */
export interface TextFault {
  readonly at: Position;
  readonly message: string;
  readonly hint?: string;
  readonly path?: Path;
}

/** A parsed text that still knows where everything stands. */
export interface SourceDocument {
  /** The content, made of plain JSON values. */
  readonly value: unknown;
  /** Syntax errors and duplicate keys. */
  readonly faults: readonly TextFault[];
  /** Where a node is; the nearest one around it when it is not there. */
  locate(path: Path, part: 'key' | 'value'): Position;
}

/** Makes a function that turns offsets in a text into positions. */
export function positionsOf(text: string): (offset: number) => Position {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    const found = starts.findLastIndex((start) => start <= offset);
    return { line: found + 1, column: offset - (starts[found] ?? 0) + 1 };
  };
}
