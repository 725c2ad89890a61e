import { CsvError, parse } from 'csv-parse/sync';
import { WORKLOAD_LIMITS } from '../../../shared/bounds.ts';
import type { LoadbotError } from '../../../shared/errors.ts';
import { FeederTableBuilder } from '../../../shared/feeder-table.ts';
import { listNames } from '../../../shared/text.ts';
import { formatCountOf } from '../../../shared/units.ts';
import { feederFault, maxRows, type ReadRows } from './feeder-file.ts';

/** Reads CSV piece by piece: the first line names the columns, all values are text. */
export const readCsv: ReadRows = (bytes, file, named, delimiter) => {
  let header: Header | undefined;
  let linesBefore = 0;
  for (const chunk of chunksOf(bytes)) {
    for (const [index, record] of parseChunk(chunk, file, linesBefore, delimiter).entries()) {
      if (header === undefined) header = readHeader(record, bytes, file, named, delimiter);
      else if (record.length === header.columns.length) addRow(header, record);
      else throw raggedRow(file, header, record, linesBefore + lineOf(chunk, index, delimiter));
    }
    linesBefore += linesIn(chunk);
  }
  if (header === undefined || header.builder.rows === 0) throw feederFault(`${file} has no rows`);
  return { columns: header.columns, table: header.builder.finish() };
};

const OPTIONS = {
  skip_empty_lines: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  max_record_size: WORKLOAD_LIMITS.feederRowBytes,
  // Compared with the header, which is in another piece.
  relax_column_count: true,
};

function parseChunk(chunk: Buffer, file: string, linesBefore: number, delimiter: string): string[][] {
  try {
    return parse(chunk, { ...OPTIONS, delimiter });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const message = error.message.replace(/\bline (\d+)/, (_, line: string) => `line ${linesBefore + Number(line)}`);
    throw feederFault(`${file} is not CSV: ${message}`);
  }
}

/** The line on which a record of a piece ends. */
function lineOf(chunk: Buffer, index: number, delimiter: string): number {
  const records = parse(chunk, { ...OPTIONS, delimiter, info: true, to: index + 1 }) as unknown as readonly {
    readonly info: { readonly lines: number };
  }[];
  return records[index]?.info.lines ?? 1;
}

function raggedRow(file: string, { columns }: Header, record: readonly string[], line: number): LoadbotError {
  const cells = formatCountOf(record.length, 'cell');
  return feederFault(
    `${file}, line ${line} has ${cells}, the first line names ${formatCountOf(columns.length, 'column')}`,
  );
}

interface Header {
  readonly columns: readonly string[];
  /** Places of the columns that are kept. */
  readonly kept: readonly number[];
  readonly builder: FeederTableBuilder;
}

function readHeader(
  columns: readonly string[],
  bytes: Buffer,
  file: string,
  named: readonly string[],
  delimiter: string,
): Header {
  const problem = headerProblem(columns, delimiter);
  if (problem !== undefined) throw feederFault(`${file} ${problem.message}`, problem.hint);
  const kept = [...columns.keys()].filter((index) => named.includes(columns[index] ?? ''));
  const names = kept.map((index) => columns[index] ?? '');
  return { columns, kept, builder: new FeederTableBuilder('text', names, bytes.length, maxRows(bytes)) };
}

const DELIMITERS: Readonly<Record<string, string>> = { ',': 'a comma', ';': 'a semicolon', '\t': 'a tab', '|': 'a |' };

function headerProblem(
  columns: readonly string[],
  delimiter: string,
): { readonly message: string; readonly hint: string } | undefined {
  const most = WORKLOAD_LIMITS.feederColumns;
  if (columns.length > most) return { message: `has ${columns.length} columns`, hint: `at most ${most} are allowed` };
  const [only = ''] = columns;
  const [other] = /[,;\t|]/.exec(only) ?? [];
  if (columns.length === 1 && other !== undefined && other !== delimiter) {
    const [name, code] = [DELIMITERS[other] ?? other, JSON.stringify(other)];
    return {
      message: `has one column, whose name holds ${name}`,
      hint: `set "delimiter": ${code} if it separates columns`,
    };
  }
  const empty = columns.findIndex((name) => name.trim() === '');
  if (empty !== -1) return { message: `has no name for column ${empty + 1}`, hint: 'the first line names the columns' };
  const padded = columns.find((name) => name !== name.trim());
  if (padded !== undefined) {
    return { message: `has blanks around the name of the column "${padded.trim()}"`, hint: 'leave them out' };
  }
  const twice = columns.filter((name, index) => columns.indexOf(name) !== index);
  if (twice.length === 0) return undefined;
  return { message: `has two columns of the same name: ${listNames(twice)}`, hint: 'rename one' };
}

function addRow({ kept, builder }: Header, record: readonly string[]): void {
  builder.add((column) => record[kept[column] ?? 0] ?? '');
}

const QUOTE = 34;
const LF = 10;
const CR = 13;
const CHUNK_BYTES = 512 * 1024;

/**
 * Splits CSV at ends of records, which are line ends after an even number of quotes, so that each piece can be parsed
 * separately. A misplaced quote is an error of its piece or of an earlier one.
 */
function* chunksOf(bytes: Buffer, most = CHUNK_BYTES): Generator<Buffer> {
  for (let start = 0; start < bytes.length;) {
    const end = start + most < bytes.length ? recordEnd(bytes, start, start + most) : bytes.length;
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** First end of a record at or after `from`, or the end of the bytes. */
function recordEnd(bytes: Buffer, start: number, from: number): number {
  let isQuoted = false;
  for (let at = bytes.indexOf(QUOTE, start); at !== -1 && at < from; at = bytes.indexOf(QUOTE, at + 1)) {
    isQuoted = !isQuoted;
  }
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (byte === LF || (byte === CR && bytes[at + 1] !== LF)) return at + 1;
  }
  return bytes.length;
}

/** Line ends in a piece, as csv-parse counts them. */
function linesIn(bytes: Buffer): number {
  let lines = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] !== LF)) lines++;
  }
  return lines;
}
