import type { OperationPlan } from '../../../plan/plan.ts';
import type { FileReading } from '../../../plan/plan-file.ts';
import type { RecordedPacing, RecordedPlan } from '../../../plan/recorded.ts';
import { RECORDED_FILES, recognizeFormat } from '../../../request-files/recorded-formats.ts';
import { WORKLOAD_LIMITS } from '../../../shared/bounds.ts';
import { LoadbotError } from '../../../shared/errors.ts';
import { draw32, streamKey } from '../../../shared/random.ts';
import { UnusableFileError } from '../../../shared/read-file.ts';
import { secretsOfValues } from '../../../shared/secrets.ts';
import { formatBytes, formatCountOf } from '../../../shared/units.ts';
import { validateUtf8, withoutBom } from '../../../shared/utf8.ts';
import { DEFAULTS } from '../../defaults.ts';
import type { Path } from '../../diagnostics.ts';
import type { FileReader } from '../../plan-context.ts';
import { unreadableReason } from '../../read/unreadable-reason.ts';
import type { Expansion } from '../../variables.ts';
import { buildOperations, type RowsContext, type StoredRequests, storeRequests } from './build-operations.ts';
import { type CollectedRequests, collectRequests, type CollectOptions } from './collect-requests.ts';
import { fileFault, type RequestsFromEntry, requestsFromSchema } from './schema.ts';
import { type ArrangedRequests, arrangeRequests } from './schedule.ts';

/** Inputs of the requests of a job from the rest of the workload. */
export interface RequestsContext extends Pick<CollectOptions, 'expand'>, Pick<RowsContext, 'http' | 'build'> {
  /** Headers that the job sets or removes, in lower case. */
  readonly replaced: ReadonlySet<string>;
  /** Place of `requests_from` in the workload. */
  readonly path: Path;
  readonly reader: FileReader;
  /** The run's. */
  readonly seed: number;
  /** Index of the job in the plan. */
  readonly index: number;
}

/** Requests of a file as parts of a job's plan. */
export interface RecordedJob {
  readonly mix: readonly OperationPlan[];
  readonly recorded: RecordedPlan;
  /** `undefined`: the pace of the job. */
  readonly pacing: RecordedPacing | undefined;
  /** Credentials in the requests, in all their encodings. */
  readonly secrets: readonly string[];
}

/** Reads the requests of a file; `undefined` if it cannot be used, which is reported. */
export type ReadRequests = (from: RequestsFromEntry, context: RequestsContext) => RecordedJob | undefined;

const { requestsFrom: defaults } = DEFAULTS;

export const readRequests: ReadRequests = (from, context) => {
  try {
    return planRequests(from, context);
  } catch (error) {
    const { field = ['file'], message, hint } = explain(error, from.file);
    context.reader.report({ path: [...context.path, ...field], message, hint });
    return undefined;
  }
};

function explain(error: unknown, file: string): Pick<LoadbotError, 'message' | 'hint' | 'field'> {
  if (error instanceof LoadbotError) return error;
  const hint = error instanceof UnusableFileError ? error.hint : 'relative to the workload file';
  return { message: `cannot read ${file}: ${unreadableReason(error)}`, hint, field: undefined };
}

function planRequests(from: RequestsFromEntry, context: RequestsContext): RecordedJob {
  const { reader, seed, index, replaced } = context;
  const path = reader.resolve([...context.path, 'file'], from.file);
  const bytes = reader.readBytes(path, WORKLOAD_LIMITS.recordedLogBytes);
  const variables: Record<string, string> = {};
  const expand: RequestsContext['expand'] = (text) => {
    const expanded = context.expand(text);
    variables[text] = expanded.text;
    return expanded;
  };
  const { collected, stored, arranged } = parseRequests(bytes, from, { seed, index, replaced, expand });
  const reading = { kind: 'requests' as const, entry: from, seed, index, replaced: [...replaced], variables };
  reader.record({ path, reading, memory: memoryOf(stored, arranged) });
  const { file, order = defaults.order, repeat: repeats = defaults.repeat } = from;
  const { requests, operations } = stored;
  const recorded = { file, requests, operations, rows: arranged.rows, order, repeats, leftOut: [...collected.leftOut] };
  const mix = buildOperations(stored, { file, nameBy: nameByOf(from), http: context.http, build: context.build });
  return { mix, recorded, pacing: arranged.pacing, secrets: secretsOfValues([...collected.secrets]) };
}

/** Inputs of the requests of a file that are not in the file or in `requests_from`. */
type ParseContext = Pick<RequestsContext, 'seed' | 'index' | 'replaced' | 'expand'>;

/** Requests of a file: as read, in shared memory, and in the order in which they are sent. */
interface ParsedRequests {
  readonly collected: CollectedRequests;
  readonly stored: StoredRequests;
  readonly arranged: ArrangedRequests;
}

function parseRequests(
  bytes: Buffer,
  from: RequestsFromEntry,
  { seed, index, replaced, expand }: ParseContext,
): ParsedRequests {
  const { file, speed, sample = defaults.sample, repeat: repeats = defaults.repeat } = from;
  const text = textOf(bytes, file);
  const format = from.format ?? recognizeFormat(file, text);
  const entry = RECORDED_FILES[format];
  if (text.length > entry.mostBytes) throw fileFault(`${file} is larger than ${formatBytes(entry.mostBytes)}`);
  if (speed !== undefined && entry.times === undefined) {
    throw fileFault(`${file} has no recorded times, which \`speed\` needs: it is ${format}`, 'give `pace`', 'speed');
  }
  const key = streamKey(seed, index, 'requests_from', 'sample');
  const isKept = (request: number): boolean => sample === 1 || draw32(key, request) < sample * 2 ** 32;
  const isReplaced = (header: string): boolean => replaced.has(header);
  const options = { file, host: from.host, isKept, needsTimes: speed !== undefined, isReplaced, expand };
  const collected = collectRequests(entry.read(file, text), options);
  if (collected.rows.length === 0) throw withoutRequests(from, collected);
  const arranged = arrangeRequests(collected, entry.times, { file, speed, repeats });
  return { collected, stored: storeRequests(collected.rows, file, nameByOf(from)), arranged };
}

/**
 * Returns the memory of recorded requests for the bytes of their file.
 * @throws {LoadbotError} `config_invalid`
 */
export function requestsMemory(
  bytes: Buffer,
  { entry, seed, index, replaced, variables }: Extract<FileReading, { kind: 'requests' }>,
): readonly SharedArrayBuffer[] {
  const expand = (text: string): Expansion => ({ text: variables[text] ?? '', faults: [] });
  const from = requestsFromSchema.parse(entry);
  const { stored, arranged } = parseRequests(bytes, from, { seed, index, replaced: new Set(replaced), expand });
  return memoryOf(stored, arranged);
}

function memoryOf({ requests, operations }: StoredRequests, { rows, pacing }: ArrangedRequests): SharedArrayBuffer[] {
  return [requests.bytes, requests.ends, operations, rows, ...(pacing === undefined ? [] : [pacing.times])];
}

function nameByOf({
  name_by: nameBy = defaults.name_by,
}: RequestsFromEntry): NonNullable<RequestsFromEntry['name_by']> {
  return nameBy;
}

function textOf(bytes: Buffer, file: string): Buffer {
  const fault = validateUtf8(bytes);
  if (fault !== undefined) throw fileFault(`${file} ${fault.message}`, fault.hint);
  const text = withoutBom(bytes);
  if (text.length === 0) throw fileFault(`${file} is empty`);
  return text;
}

function withoutRequests(
  { file }: RequestsFromEntry,
  { rowOf, leftOut }: ReturnType<typeof collectRequests>,
): LoadbotError {
  if (rowOf.length > 0) {
    return fileFault(
      `the sample holds none of the ${formatCountOf(rowOf.length, 'request')} of ${file}`,
      undefined,
      'sample',
    );
  }
  const reasons = [...leftOut].map(([reason, count]) => `${formatCountOf(count, 'request')}: ${reason}`);
  const hint = reasons.length === 0 ? undefined : `left out: ${reasons.join('; ')}`;
  return fileFault(`${file} has no requests to send`, hint);
}
