import type { OperationPlan } from '../../../plan/plan.ts';
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
import { buildOperations, type RowsContext } from './build-operations.ts';
import { collectRequests, type CollectOptions } from './collect-requests.ts';
import { fileFault } from './file-fault.ts';
import { arrangeRequests } from './schedule.ts';
import type { RequestsFromEntry } from './schema.ts';

/** Inputs of the requests of a job from the rest of the workload. */
export interface RequestsContext
  extends Pick<CollectOptions, 'expand' | 'isReplaced'>, Pick<RowsContext, 'http' | 'build'> {
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
  const { file, speed, sample = defaults.sample, order = defaults.order, repeat: repeats = defaults.repeat } = from;
  const bytes = readFile(from, context);
  const format = from.format ?? recognizeFormat(file, bytes);
  const entry = RECORDED_FILES[format];
  if (bytes.length > entry.mostBytes) throw fileFault(`${file} is larger than ${formatBytes(entry.mostBytes)}`);
  if (speed !== undefined && entry.times === undefined) {
    throw fileFault(`${file} has no recorded times, which \`speed\` needs: it is ${format}`, 'give `pace`', 'speed');
  }
  const key = streamKey(context.seed, context.index, 'requests_from', 'sample');
  const isKept = (request: number): boolean => sample === 1 || draw32(key, request) < sample * 2 ** 32;
  const { expand, isReplaced } = context;
  const needsTimes = speed !== undefined;
  const options = { file, host: from.host, isKept, needsTimes, isReplaced, expand };
  const collected = collectRequests(entry.read(file, bytes), options);
  if (collected.rows.length === 0) throw withoutRequests(from, collected);
  const { rows, pacing } = arrangeRequests(collected, entry.times, { file, speed, repeats });
  const { mix, requests, operations } = buildOperations(collected.rows, {
    file,
    nameBy: from.name_by ?? defaults.name_by,
    http: context.http,
    build: context.build,
  });
  const leftOut = [...collected.leftOut];
  const recorded = { file, requests, operations, rows, order, repeats, leftOut };
  return { mix, recorded, pacing, secrets: secretsOfValues([...collected.secrets]) };
}

function readFile({ file }: RequestsFromEntry, { path, reader }: RequestsContext): Buffer {
  const bytes = reader.readBytes(reader.resolve([...path, 'file'], file), WORKLOAD_LIMITS.recordedLogBytes);
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
