import { WORKLOAD_LIMITS } from '../../../shared/bounds.ts';
import { FeederTableBuilder } from '../../../shared/feeder-table.ts';
import { type Member, membersOf } from '../../../shared/json-members.ts';
import { findBeyondJsonBounds, isInexact } from '../../../shared/json.ts';
import { formatBytes } from '../../../shared/units.ts';
import { feederFault, LF, maxRows, type ReadRows } from './feeder-file.ts';

/**
 * Parses one object per line. Values keep the text of the file, so that numbers keep all their digits; a missing field
 * is null.
 */
export const readNdjson: ReadRows = (bytes, file, named) => {
  const columns = new Set<string>();
  const builder = new FeederTableBuilder('json', named, bytes.length, maxRows(bytes));
  for (const { text, number } of linesOf(bytes, file)) {
    const row = readRow(text, `${file}, line ${number}`);
    for (const name of row.keys()) columns.add(name);
    if (columns.size > WORKLOAD_LIMITS.feederColumns) {
      throw feederFault(`${file} has more than ${WORKLOAD_LIMITS.feederColumns} columns by line ${number}`);
    }
    builder.add((column) => row.get(named[column] ?? '') ?? '');
  }
  if (builder.rows === 0) throw feederFault(`${file} has no rows`);
  return { columns: [...columns], table: builder.finish() };
};

/** Non-blank lines, without decoding the whole file at once. */
function* linesOf(bytes: Buffer, file: string): Generator<{ readonly text: string; readonly number: number }> {
  let start = 0;
  for (let number = 1; start < bytes.length; number++) {
    const found = bytes.indexOf(LF, start);
    const end = found === -1 ? bytes.length : found;
    if (end - start > WORKLOAD_LIMITS.feederRowBytes) {
      throw feederFault(`${file}, line ${number} is larger than ${formatBytes(WORKLOAD_LIMITS.feederRowBytes)}`);
    }
    const text = bytes.toString('utf8', start, end).trim();
    if (text !== '') yield { text, number };
    start = end + 1;
  }
}

function readRow(text: string, where: string): ReadonlyMap<string, string> {
  const members = membersOf(checkObject(text, where));
  const row = new Map(members.map(({ name, json }) => [name, json]));
  if (row.size < members.length) {
    const twice = members.find(({ name }, index) => members.findIndex((other) => other.name === name) !== index);
    throw feederFault(`${where} has the field \`${twice?.name ?? ''}\` twice`, 'keep one of the two');
  }
  const inexact = members.find(isInexactWithin);
  if (inexact === undefined) return row;
  throw feederFault(
    `${where}: a whole number within \`${inexact.name}\` has more digits than can be kept there`,
    'write it as text, or as a field of the row itself',
  );
}

/** Parses a line that must be an object. Rows are serialized again for each request, which recurses. */
function checkObject(text: string, where: string): string {
  const { levels } = WORKLOAD_LIMITS;
  const most = { levels, containers: Infinity, fields: Infinity };
  if (text.length > levels && findBeyondJsonBounds(text, most) !== undefined) {
    throw feederFault(`${where} has objects and lists nested more than ${levels} levels deep`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message would quote the line, which may be from any file.
    throw feederFault(`${where} is not JSON`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw feederFault(`${where} is not an object`, 'each line is one: { "email": "a@example.com" }');
  }
  return text;
}

/** Objects and lists are parsed for databases; their numbers are doubles. */
function isInexactWithin({ json }: Member): boolean {
  if (!/^[[{]/.test(json) || !/\d{16}/.test(json)) return false;
  const withoutTexts = json.replaceAll(/"[^"\\]*(?:\\.[^"\\]*)*"/g, '');
  return (withoutTexts.match(/-?\d[\d.eE+-]*/g) ?? []).some(isInexact);
}
