import type { FeederTable } from '../shared/feeder-table.ts';

/** Feeder name of the recorded requests in the templates of operations; files cannot use it, as it begins with `_`. */
export const RECORDED = '_recorded';

/** Requests of a file, which the tickets of a job send in turn. All arrays are in memory that threads share. */
export interface RecordedPlan {
  /**
   * The different requests, one a row: `path`, encoded as a request target, `body`, and the headers whose values differ
   * within an operation. The tags `#_recorded.path` insert the columns without further escaping.
   */
  readonly requests: FeederTable;
  /** Index into the job's mix for each row, as unsigned 16-bit numbers. */
  readonly operations: SharedArrayBuffer;
  /** Row of each request of the file, in order, as unsigned 32-bit numbers. At least one. */
  readonly rows: SharedArrayBuffer;
  /** `recorded`: ticket `n` sends request `n`; `random`: each ticket draws one. */
  readonly order: 'recorded' | 'random';
  /** Whether the job begins again after the last request, instead of ending. */
  readonly repeats: boolean;
  /** Name of the file, for messages. */
  readonly file: string;
  /** Requests of the file that are not sent, by reason. */
  readonly leftOut: readonly (readonly [reason: string, requests: number])[];
}

/** Recorded times as a schedule: request `n` is due at time `n`. */
export interface RecordedPacing {
  readonly kind: 'recorded';
  /** Milliseconds from the start of the job, ascending, as 64-bit floats; at least one. */
  readonly times: SharedArrayBuffer;
  /** Factor by which the times are faster than the recording. */
  readonly speed: number;
  /** Time from the first request to its repetition, in milliseconds; `undefined`: not repeated. */
  readonly roundMs: number | undefined;
}

/** First ticket for which a job has no recorded request; `Infinity`: none. */
export function recordedEnd(recorded: RecordedPlan | undefined): number {
  if (recorded === undefined || recorded.repeats) return Infinity;
  return recorded.rows.byteLength / Uint32Array.BYTES_PER_ELEMENT;
}

/** Highest rate of a recorded schedule in requests per second: of those due within any second. */
export function peakRecordedRate({ times }: RecordedPacing): number {
  const due = new Float64Array(times);
  let most = 0;
  for (let first = 0, last = 0; last < due.length; last++) {
    while (due[last]! - due[first]! >= 1000) first++; // first <= last
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** The first request of one operation alone, as the only operation of a job. */
export function onlyOperation(recorded: RecordedPlan, operation: number): RecordedPlan {
  const operations = new Uint16Array(recorded.operations);
  const row = new Uint32Array(recorded.rows).find((one) => operations[one] === operation) ?? 0;
  const rows = new SharedArrayBuffer(Uint32Array.BYTES_PER_ELEMENT);
  new Uint32Array(rows)[0] = row;
  // Zeros: the first operation.
  return { ...recorded, rows, operations: new SharedArrayBuffer(recorded.operations.byteLength) };
}
