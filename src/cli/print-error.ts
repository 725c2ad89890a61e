import { inspect } from 'node:util';
import { LoadbotError, messageOf, type Diagnostic } from '../shared/errors.ts';
import { createLog, type Log, type LogFields } from '../shared/log.ts';
import { sanitizeForTerminal } from '../shared/text.ts';
import { formatCount } from '../shared/units.ts';
import { widthOf, alignColumns, padEnd } from '../reports/terminal/text-width.ts';

let log: Log | undefined;

/** Makes `printError` write records of this log: a log in JSON holds nothing else. */
export function printErrorsTo(next: Log): void {
  log = next;
}

/** A JSON log for errors alone, which may occur before the log of a command is open. */
export function errorLog(stderr: NodeJS.WritableStream): Log {
  const write = (line: string): void => void stderr.write(`${line}\n`);
  return createLog({ level: 'error', format: 'json', write, epochMs: () => Date.now() });
}

/** Writes an error for users, or as one record of a JSON log. */
export function printError(error: unknown, stderr: NodeJS.WritableStream): void {
  if (log === undefined) stderr.write(`${formatError(error)}\n`);
  else if (error instanceof LoadbotError) log.error(error.message, fieldsOf(error));
  else log.error(`internal error, please report it: ${messageOf(error)}`, { stack: inspect(error) });
}

function fieldsOf({ code, hint, problems }: LoadbotError): LogFields {
  const listed = problems.slice(0, MOST_LISTED).map(({ file, path, message }) => [file, path, message].filter(Boolean));
  return { code, hint, problems: listed.length === 0 ? undefined : listed.map((words) => words.join(' ')).join('; ') };
}

/**
 * Formats an error as text without colours. A LoadbotError shows problem, place and remedy; any other error is a bug and
 * shows its stack.
 */
export function formatError(error: unknown): string {
  if (!(error instanceof LoadbotError)) return `internal error, please report it:\n${inspect(error)}`;
  const lines = [`error: ${sanitizeForTerminal(error.message)}`];
  if (error.hint !== undefined) lines.push(`  ${HINT}${sanitizeForTerminal(error.hint)}`);
  const { problems } = error;
  if (problems.length > 0) lines.push('', ...listProblems(problems.slice(0, MOST_LISTED)));
  if (problems.length > MOST_LISTED) lines.push(`  ... and ${formatCount(problems.length - MOST_LISTED)} more`);
  return lines.join('\n');
}

const HINT = 'hint: ';
/** Limit on printed problems; longer lists repeat the same ones. */
const MOST_LISTED = 50;
/** Longer paths get their message on the next line, so that they do not shift the column of messages. */
const WIDE = 36;

/** `file:line:col  path  message`, each hint on its own line under its message. */
function listProblems(problems: readonly Diagnostic[]): string[] {
  const rows = problems.map(({ file = '', path = '' }) => [sanitizeForTerminal(file), sanitizeForTerminal(path)]);
  const places = alignColumns(rows.map(([file = '', path = '']) => (path.length > WIDE ? [file] : [file, path])));
  const width = Math.max(...places.map((place) => widthOf(place)));
  const indent = ' '.repeat(width + 2);
  return problems.flatMap(({ message, hint }, index) => {
    const [file = '', path = ''] = rows[index] ?? [];
    const text = sanitizeForTerminal(message);
    const lines =
      path.length > WIDE ? [`  ${file}  ${path}`, indent + text] : [`${padEnd(places[index] ?? '', width)}  ${text}`];
    if (hint !== undefined) lines.push(`${indent}${HINT}${sanitizeForTerminal(hint)}`);
    return lines;
  });
}
