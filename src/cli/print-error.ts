import { inspect } from 'node:util';
import { LoadbotError, type Problem } from '../core/errors.ts';
import { printable } from '../core/printable.ts';
import { formatCount } from '../core/units.ts';
import { widthOf } from '../reports/text-width.ts';
import { alignColumns, padEnd } from './align-columns.ts';

/** Writes an error as the user sees it. */
export function printError(error: unknown, stderr: NodeJS.WritableStream): void {
  stderr.write(`${formatError(error)}\n`);
}

/**
 * An error as readable text, no colours needed. Ours shows what is wrong, where, and what to do; anything else is a
 * fault of the program and shows its stack.
 */
export function formatError(error: unknown): string {
  if (!(error instanceof LoadbotError)) return `internal error, please report it:\n${inspect(error)}`;
  const lines = [`error: ${printable(error.message)}`];
  if (error.hint !== undefined) lines.push(`  ${HINT}${printable(error.hint)}`);
  const { problems } = error;
  if (problems.length > 0) lines.push('', ...listProblems(problems.slice(0, MOST_LISTED)));
  if (problems.length > MOST_LISTED) lines.push(`  ... and ${formatCount(problems.length - MOST_LISTED)} more`);
  return lines.join('\n');
}

const HINT = 'hint: ';
/** As many problems as people read; whatever has more has the same ones over and over. */
const MOST_LISTED = 50;
/** Longer paths get their message on a line of its own, so that one of them does not push all messages aside. */
const WIDE = 36;

/** `file:line:col  path  message`, each hint on its own line under its message. */
function listProblems(problems: readonly Problem[]): string[] {
  const rows = problems.map(({ file = '', path = '' }) => [printable(file), printable(path)]);
  const places = alignColumns(rows.map(([file = '', path = '']) => (path.length > WIDE ? [file] : [file, path])));
  const width = Math.max(...places.map((place) => widthOf(place)));
  const indent = ' '.repeat(width + 2);
  return problems.flatMap(({ message, hint }, index) => {
    const [file = '', path = ''] = rows[index] ?? [];
    const text = printable(message);
    const lines =
      path.length > WIDE ? [`  ${file}  ${path}`, indent + text] : [`${padEnd(places[index] ?? '', width)}  ${text}`];
    if (hint !== undefined) lines.push(`${indent}${HINT}${printable(hint)}`);
    return lines;
  });
}
