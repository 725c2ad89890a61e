import type { OperationPlan } from '../../../plan/plan.ts';
import { RECORDED, type RecordedPlan } from '../../../plan/recorded.ts';
import type { HttpOptions } from '../../../plan/target.ts';
import { countedType, type CountedType } from '../../../request-files/counted-type.ts';
import { WORKLOAD_LIMITS } from '../../../shared/bounds.ts';
import { FeederTableBuilder } from '../../../shared/feeder-table.ts';
import { encodeTarget } from '../../../shared/percent-encode.ts';
import { formatCount } from '../../../shared/units.ts';
import { escapeTags } from '../../variables.ts';
import { fileFault, type RequestsFromEntry } from './schema.ts';
import { limitNames, nameByPath } from './request-names.ts';
import type { RequestRow } from './request-rows.ts';

/** Inputs of the operations of recorded requests. */
export interface RowsContext {
  /** Name of the file, for messages. */
  readonly file: string;
  readonly nameBy: NonNullable<RequestsFromEntry['name_by']>;
  /** Settings of the job, which take precedence over the recorded headers. */
  readonly http: HttpOptions;
  /** Builds an operation with the checks of the job. */
  readonly build: (operation: Pick<OperationPlan, 'type' | 'step' | 'title' | 'weight' | 'http'>) => OperationPlan;
}

/** Requests with the same method, name, content type and names of headers. */
interface RowGroup {
  readonly type: CountedType;
  readonly method: string;
  readonly step: string;
  readonly hasBody: boolean;
  readonly headers: { readonly name: string; readonly value: string; varies: boolean }[];
  weight: number;
}

/** Requests in shared memory, and the groups that become operations. */
export interface StoredRequests extends Pick<RecordedPlan, 'requests' | 'operations'> {
  readonly groups: readonly RowGroup[];
}

/**
 * Groups requests by their shape, and stores their differing parts.
 * @param file its name, for messages
 * @throws {LoadbotError} `config_invalid` for too many shapes
 */
export function storeRequests(
  rows: readonly RequestRow[],
  file: string,
  nameBy: RowsContext['nameBy'],
): StoredRequests {
  const nameOf = nameRows(rows, nameBy);
  const known = new Map<string, number>();
  const groups: RowGroup[] = [];
  const operations = new Uint16Array(new SharedArrayBuffer(rows.length * Uint16Array.BYTES_PER_ELEMENT));
  for (const [index, row] of rows.entries()) {
    const step = nameOf(index);
    const key = shapeOf(row, step);
    let at = known.get(key);
    if (at === undefined) {
      at = groups.push(startGroup(row, step)) - 1;
      known.set(key, at);
      if (groups.length > WORKLOAD_LIMITS.recordedOperations) throw tooManyShapes(file);
    }
    operations[index] = at;
    countRow(groups[at]!, row); // of this list
  }
  return { groups, requests: storeRows(rows, operations, groups), operations: operations.buffer };
}

/** Builds the operations of stored requests: one for each shape. */
export function buildOperations({ groups }: StoredRequests, context: RowsContext): readonly OperationPlan[] {
  return groups.map((group) => toOperation(group, context));
}

function tooManyShapes(file: string): Error {
  const most = formatCount(WORKLOAD_LIMITS.recordedOperations);
  return fileFault(
    `${file} has more than ${most} combinations of method, name and headers`,
    'set `name_by` to "none", or remove headers that only some requests have',
  );
}

function shapeOf({ method, headers, body }: RequestRow, step: string): string {
  if (headers.length === 0 && body === undefined) return `${method} ${step}`;
  return JSON.stringify([method, step, body !== undefined, headers.map(shapeOfHeader)]);
}

/** The content type determines the coding of the body, so that it is the same in all requests of an operation. */
function shapeOfHeader([name, value]: readonly [string, string]): string {
  return name === 'content-type' ? `${name}: ${value}` : name;
}

function nameRows(rows: readonly RequestRow[], nameBy: RowsContext['nameBy']): (row: number) => string {
  if (nameBy === 'none') return () => '';
  const texts: string[] = [];
  const indexes = new Map<string, number>();
  const counts = new Map<string, number>();
  const named = Uint32Array.from(rows, ({ method, path, host, count }) => {
    const name = nameBy === 'host' ? host : nameByPath(method, path);
    counts.set(name, (counts.get(name) ?? 0) + count);
    const known = indexes.get(name);
    if (known !== undefined) return known;
    indexes.set(name, texts.length);
    return texts.push(name) - 1;
  });
  const limited = limitNames(counts);
  return (row) => limited(texts[named[row]!]!); // one for each row
}

function startGroup({ method, headers, body }: RequestRow, step: string): RowGroup {
  const all = headers.map(([name, value]) => ({ name, value, varies: false }));
  return { type: countedType(method), method, step, hasBody: body !== undefined, headers: all, weight: 0 };
}

function countRow(group: RowGroup, { headers, count }: RequestRow): void {
  group.weight += count;
  for (const [index, header] of group.headers.entries()) header.varies ||= headers[index]?.[1] !== header.value;
}

/** Name of the column of a header that varies, by its place among those of its operation. */
function headerColumn(place: number): string {
  return `header_${place}`;
}

function columnTag(column: string): string {
  return `#${RECORDED}.${column}`;
}

function toOperation(group: RowGroup, { file, nameBy, http, build }: RowsContext): OperationPlan {
  const { type, method, step, hasBody, weight } = group;
  let place = 0;
  const recorded = group.headers.map(({ name, value, varies }) => [
    name,
    varies ? columnTag(headerColumn(place++)) : escapeTags(value),
  ]);
  return build({
    type,
    step,
    title: nameBy === 'path' ? step : `${method} of ${file}`,
    weight,
    http: {
      ...http,
      method,
      path: columnTag('path'),
      headers: { ...Object.fromEntries(recorded), ...http.headers },
      body: hasBody ? columnTag('body') : null,
      bodyForm: undefined,
    },
  });
}

/** Stores the parts of requests that their operations do not determine. */
function storeRows(
  rows: readonly RequestRow[],
  operations: Uint16Array,
  groups: readonly RowGroup[],
): RecordedPlan['requests'] {
  const varying = groups.map(({ headers }) => [...headers.keys()].filter((index) => headers[index]?.varies));
  const most = Math.max(0, ...varying.map(({ length }) => length));
  const hasBodies = groups.some(({ hasBody }) => hasBody);
  const columns = [
    'path',
    ...(hasBodies ? ['body'] : []),
    ...Array.from({ length: most }, (_, at) => headerColumn(at)),
  ];
  const firstHeader = hasBodies ? 2 : 1;
  const cellOf = (index: number, column: number): string => {
    const { path, body = '', headers } = rows[index]!; // of this list
    if (column === 0) return encodeTarget(path);
    if (column < firstHeader) return body;
    const at = varying[operations[index]!]?.[column - firstHeader];
    return at === undefined ? '' : (headers[at]?.[1] ?? '');
  };
  let bytes = 0;
  for (const index of rows.keys()) {
    for (const column of columns.keys()) bytes += Buffer.byteLength(cellOf(index, column));
  }
  const builder = new FeederTableBuilder('text', columns, bytes, rows.length);
  for (const index of rows.keys()) builder.add((column) => cellOf(index, column));
  return builder.finish();
}
