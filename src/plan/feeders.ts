import { extname, resolve } from 'node:path';
import { CsvError, parse } from 'csv-parse/sync';
import { FEEDER_FORMATS } from '../config/checks/feeders.ts';
import { unreadableReason } from '../config/read/unreadable-reason.ts';
import type { FeederEntry } from '../config/schema/feeder.ts';
import { LoadbotError } from '../core/errors.ts';
import { DEFAULTS } from '../config/defaults.ts';
import type { Json } from '../core/target.ts';
import type { FeederPlan, OperationPlan } from './plan.ts';
import type { FileReader } from './tls.ts';

/** Rows are copied to every load thread. */
const MAX_CHARACTERS = 64 * 1024 ** 2;

type Columns = Record<string, Json[]>;

/** Reads the rows of all feeders; those that cannot be read are reported and left out. */
export function readFeeders(entries: readonly FeederEntry[], reader: FileReader): FeederPlan[] {
  return entries.flatMap(({ name, file, order }, index) => {
    try {
      const columns = readColumns(file, reader);
      return [{ name, order: order ?? DEFAULTS.feeder.order, columns }];
    } catch (error) {
      const message = error instanceof LoadbotError ? error.message : `cannot read ${file}: ${unreadableReason(error)}`;
      const hint = error instanceof LoadbotError ? error.hint : 'relative to the workload file';
      reader.report({ path: ['feeders', index, 'file'], message, hint });
      return [];
    }
  });
}

/** Of the feeders, what the templates of these operations name: nothing else has to go to the load threads. */
export function feedersOf(operations: readonly OperationPlan[], feeders: readonly FeederPlan[]): FeederPlan[] {
  if (feeders.length === 0) return [];
  const text = JSON.stringify(operations);
  return feeders.flatMap(({ columns, ...feeder }) => {
    // Behind a `#`, or within `#raw(...)`.
    const isNamed = (column: string): boolean =>
      ['#', '(', ' '].some((before) => text.includes(`${before}${feeder.name}.${column}`));
    const named = Object.entries(columns).filter(([column]) => isNamed(column));
    return named.length === 0 ? [] : [{ ...feeder, columns: Object.fromEntries(named) }];
  });
}

function readColumns(file: string, reader: FileReader): Columns {
  const text = reader.readFile(resolve(reader.directory, file));
  if (text.length > MAX_CHARACTERS) throw fault(`${file} is larger than 64 MiB`, 'rows are kept in memory: take fewer');
  const format = FEEDER_FORMATS[extname(file).toLowerCase()];
  const columns = format === 'csv' ? parseCsv(text, file) : parseLines(text, file);
  const [first] = Object.values(columns);
  if (first === undefined || first.length === 0) throw fault(`${file} has no rows`);
  return columns;
}

/** The first line names the columns; all values are text. */
function parseCsv(text: string, file: string): Columns {
  try {
    const [header = [], ...rows] = parse(text, { bom: true, skip_empty_lines: true, record_delimiter: ['\r\n', '\n'] });
    return Object.fromEntries(header.map((name, index) => [name, rows.map((row) => row[index] ?? '')]));
  } catch (error) {
    if (error instanceof CsvError) throw fault(`${file} is no CSV: ${error.message}`);
    throw error;
  }
}

/** An object a line; a field that a row lacks is null. */
function parseLines(text: string, file: string): Columns {
  const rows = text
    .split('\n')
    .flatMap((line, index) => (line.trim() === '' ? [] : [parseLine(line, file, index + 1)]));
  const names = new Set(rows.flatMap((row) => Object.keys(row)));
  return Object.fromEntries(
    [...names].map((name) => [name, rows.map((row) => (Object.hasOwn(row, name) ? (row[name] ?? null) : null))]),
  );
}

function parseLine(line: string, file: string, number: number): Readonly<Record<string, Json>> {
  let value: Json;
  try {
    value = JSON.parse(line) as Json;
  } catch {
    // The parser's own words quote the line, which may be of any file.
    throw fault(`${file}, line ${number} is no JSON`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw fault(`${file}, line ${number} is no object`, 'each line is one: { "email": "a@example.com" }');
  }
  return value as Readonly<Record<string, Json>>;
}

function fault(message: string, hint?: string): LoadbotError {
  return new LoadbotError('config_invalid', message, hint === undefined ? {} : { hint });
}
