import type { FileReader } from '../../plan-context.ts';
import { extname } from 'node:path';
import { CSV_FORMAT, FEEDER_FORMATS } from './schema.ts';
import { DEFAULTS } from '../../defaults.ts';
import { unreadableReason } from '../../read/unreadable-reason.ts';
import type { WorkloadFile } from '../../schema.ts';
import { WORKLOAD_LIMITS } from '../../../shared/bounds.ts';
import { LoadbotError } from '../../../shared/errors.ts';
import { UnusableFileError } from '../../../shared/read-file.ts';
import { formatBytes } from '../../../shared/units.ts';
import { validateUtf8, withoutBom } from '../../../shared/utf8.ts';
import { readCsv } from './csv.ts';
import { type FeederContent, feederFault, type ReadRows } from './feeder-file.ts';
import { readNdjson } from './ndjson.ts';
import type { FeederPlan } from '../../../plan/plan.ts';
import type { FileReading } from '../../../plan/plan-file.ts';
import type { FeederTable } from '../../../shared/feeder-table.ts';

type FeederReading = Extract<FileReading, { kind: 'feeder' }>;

/** A feeder whose file has been read, and the names of all its columns. */
export interface ReadFeeder {
  readonly plan: FeederPlan;
  readonly columns: readonly string[];
}

/** Reads the rows of all feeders, each file once; those that cannot be read are reported and left out. */
export function readFeeders(file: WorkloadFile, reader: FileReader): ReadFeeder[] {
  const { feeders: entries = [], schemas, jobs, http } = file;
  if (entries.length === 0) return [];
  const named = columnsNamedIn({ schemas, jobs, http });
  return entries.flatMap(({ name, file: path, per, order, on_end, delimiter }, index) => {
    try {
      const at = reader.resolve(['feeders', index, 'file'], path);
      const reading = { kind: 'feeder' as const, file: path, columns: [...(named.get(name) ?? [])], delimiter };
      const { columns, table } = parseFeeder(readBytes(path, at, reader), reading);
      reader.record({ path: at, reading, memory: memoryOf(table) });
      const { feeder: defaults } = DEFAULTS;
      const plan = {
        name,
        per: per ?? ('default' as const),
        order: order ?? defaults.order,
        onEnd: on_end ?? defaults.on_end,
        table,
      };
      return [{ plan, columns }];
    } catch (error) {
      const { message, hint } = explain(error, path);
      reader.report({ path: ['feeders', index, 'file'], message, hint });
      return [];
    }
  });
}

/** Candidate columns by feeder, from all templates, since tags have several spellings. */
function columnsNamedIn(templates: unknown): ReadonlyMap<string, ReadonlySet<string>> {
  const named = new Map<string, Set<string>>();
  for (const [, feeder = '', column = ''] of JSON.stringify(templates).matchAll(/\b([A-Za-z]\w*)\.(\w+)/g)) {
    const columns = named.get(feeder);
    if (columns === undefined) named.set(feeder, new Set([column]));
    else columns.add(column);
  }
  return named;
}

const FORMATS: Readonly<Record<'csv' | 'ndjson', ReadRows>> = { csv: readCsv, ndjson: readNdjson };

function readBytes(file: string, path: string, reader: FileReader): Buffer {
  const bytes = reader.readBytes(path, WORKLOAD_LIMITS.feederBytes);
  if (bytes.length > WORKLOAD_LIMITS.feederBytes)
    throw feederFault(`${file} is larger than ${formatBytes(WORKLOAD_LIMITS.feederBytes)}`);
  return bytes;
}

function parseFeeder(bytes: Buffer, { file, columns, delimiter }: FeederReading): FeederContent {
  const fault = validateUtf8(bytes);
  if (fault !== undefined) throw feederFault(`${file} ${fault.message}`, fault.hint);
  // The schema of the workload allows no other endings.
  const { format, delimiter: usual } = FEEDER_FORMATS[extname(file).toLowerCase()] ?? CSV_FORMAT;
  return FORMATS[format](withoutBom(bytes), file, columns, delimiter ?? usual);
}

/**
 * Returns the memory of a feeder for the bytes of its file.
 * @throws {LoadbotError} `config_invalid`
 */
export function feederMemory(bytes: Buffer, reading: FeederReading): readonly SharedArrayBuffer[] {
  return memoryOf(parseFeeder(bytes, reading).table);
}

function memoryOf({ bytes, ends }: FeederTable): readonly SharedArrayBuffer[] {
  return [bytes, ends];
}

function explain(error: unknown, file: string): { readonly message: string; readonly hint: string | undefined } {
  if (error instanceof LoadbotError) return error;
  const hint = error instanceof UnusableFileError ? error.hint : 'relative to the workload file';
  return { message: `cannot read ${file}: ${unreadableReason(error)}`, hint };
}
