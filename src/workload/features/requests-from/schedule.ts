import type { RecordedPacing } from '../../../plan/recorded.ts';
import type { RecordedTimes } from '../../../request-files/recorded-formats.ts';
import { formatCount, formatDuration } from '../../../shared/units.ts';
import { fileFault } from './schema.ts';

/** The requests of a file in its order. */
interface ListedRequests {
  /** Row of each request; -1: not in the sample. At least one is. */
  readonly rowOf: readonly number[];
  /** Epoch milliseconds of each request; empty if they are not needed. */
  readonly times: readonly number[];
  /** Line of each request; empty: unknown. */
  readonly lines: readonly number[];
}

interface ArrangeOptions {
  /** Name of the file, for messages. */
  readonly file: string;
  /** Factor of the recorded times; `undefined`: they are not used. */
  readonly speed: number | undefined;
  readonly repeats: boolean;
}

/** Requests in the order in which they are sent. */
export interface ArrangedRequests {
  /** Rows, as unsigned 32-bit numbers. */
  readonly rows: SharedArrayBuffer;
  readonly pacing: RecordedPacing | undefined;
}

/**
 * Arranges requests: without `speed` in the order of the file, else in that of their times, which are spread evenly over
 * the precision of the format. Each request of a sample keeps its time.
 * @throws {LoadbotError} `config_invalid` for times in disorder
 */
export function arrangeRequests(
  listed: ListedRequests,
  format: RecordedTimes | undefined,
  { file, speed, repeats }: ArrangeOptions,
): ArrangedRequests {
  const { rowOf } = listed;
  if (speed === undefined || format === undefined) {
    return { rows: shareRows(rowOf.filter((row) => row >= 0)), pacing: undefined };
  }
  checkOrder(listed, format, file);
  const { order, due, spanMs } = schedule(listed.times, format.precisionMs);
  if (repeats && spanMs === 0) throw fileFault(`all requests of ${file} have the same time`, undefined, 'repeat');
  const sent = order.filter((request) => rowOf[request]! >= 0); // indexes of the list
  const times = new Float64Array(new SharedArrayBuffer(sent.length * Float64Array.BYTES_PER_ELEMENT));
  let at = 0;
  for (const [place, request] of order.entries()) if (rowOf[request]! >= 0) times[at++] = due[place]! / speed; // likewise
  const pacing: RecordedPacing = {
    kind: 'recorded',
    times: times.buffer,
    speed,
    roundMs: repeats ? spanMs / speed : undefined,
  };
  return { rows: shareRows([...sent].map((request) => rowOf[request]!)), pacing };
}

function shareRows(rows: readonly number[]): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(rows.length * Uint32Array.BYTES_PER_ELEMENT);
  new Uint32Array(shared).set(rows);
  return shared;
}

function checkOrder({ times, lines }: ListedRequests, { disorderMs }: RecordedTimes, file: string): void {
  let latest = -Infinity;
  for (const [request, time] of times.entries()) {
    if (latest - time > disorderMs) {
      const line = lines[request];
      const place = line === undefined ? `request ${formatCount(request + 1)} of ${file}` : `${file}:${line}`;
      const message = `${place} is ${formatDuration(latest - time)} earlier than a request before it`;
      throw fileFault(message, 'sort the file by time; parts of a log are joined from the oldest to the newest');
    }
    latest = Math.max(latest, time);
  }
}

/** @returns indexes by time, the due times in that order, and the time after which the requests may be repeated */
function schedule(
  times: readonly number[],
  precisionMs: number,
): { readonly order: Uint32Array; readonly due: Float64Array; readonly spanMs: number } {
  // Among equal times in the order of the file.
  const order = Uint32Array.from(times.keys()).toSorted((a, b) => times[a]! - times[b]! || a - b); // indexes of the list
  const firstMs = times[order[0]!]!; // at least one
  const due = Float64Array.from(order, (request) => times[request]! - firstMs); // indexes of the list
  const last = due[due.length - 1]!;
  if (precisionMs === 0) return { order, due, spanMs: due.length === 1 ? 0 : (last * due.length) / (due.length - 1) };
  spread(due, precisionMs);
  return { order, due, spanMs: last + precisionMs };
}

/** Spreads equal times evenly over the precision. */
function spread(due: Float64Array, precisionMs: number): void {
  for (let first = 0; first < due.length;) {
    const time = due[first]!; // inside the list
    let end = first + 1;
    while (end < due.length && due[end] === time) end++;
    for (let index = first; index < end; index++) due[index] = time + ((index - first) / (end - first)) * precisionMs;
    first = end;
  }
}
