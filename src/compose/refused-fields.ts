import { driverOf } from '../driver-catalog.ts';
import type { Target } from '../plan/target.ts';
import { maximumOf } from '../shared/distribution.ts';
import { splitTemplate } from '../templates/split-template.ts';
import { SIZED_TAGS } from '../templates/tags.ts';
import type { FeederPlan, OperationPlan } from '../plan/plan.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { formatBytes, formatCount, formatMs } from '../shared/units.ts';

/** A field of a filter that a driver refuses, and why. */
interface RefusedField {
  /** A path from the operation. */
  readonly field: readonly string[];
  readonly message: string;
  readonly hint: string;
}

/**
 * Finds a field of an SQL filter whose value is the column of a feeder that holds objects, lists or null in any of its rows: a
 * filter compares columns with single values, and `= NULL` matches nothing.
 */
export function manyValuedColumn(
  { filter = {}, statement }: OperationPlan,
  feeders: readonly FeederPlan[],
): RefusedField | undefined {
  if (statement !== undefined || feeders.length === 0) return undefined;
  for (const [name, template] of Object.entries(filter)) {
    if (typeof template !== 'string') continue;
    // Within a longer text, an object is written as JSON.
    const [only, ...others] = splitTemplate(template, (tag) => isManyValued(tag, feeders));
    if (only?.kind !== 'named' || others.length > 0) continue;
    return {
      field: ['filter', name],
      message: `the column \`${only.name}\` holds objects, lists or null, and an SQL filter compares columns with single values`,
      hint: 'name a column of single values, or write the request as `sql` (null: IS NOT DISTINCT FROM, in MySQL <=>)',
    };
  }
  return undefined;
}

function isManyValued(tag: string, feeders: readonly FeederPlan[]): boolean {
  const [feeder, ...column] = tag.split('.');
  const columns = feeders.find(({ name }) => name === feeder)?.table.columns ?? [];
  return columns.some(({ name, isSingle }) => !isSingle && name === column.join('.'));
}

/** Refuses a stream that its timeout always ends first: such requests would only time out. */
export function endlessStream({ stream }: OperationPlan, timeoutMs: number): RefusedField | undefined {
  if (stream === undefined || stream.maxMs === Infinity || stream.maxMs < timeoutMs) return undefined;
  return {
    field: ['stream', 'max_duration'],
    message: `\`max_duration\` must be below \`timeout\` (${formatMs(timeoutMs)}), which ends the request as an error`,
    hint: 'give the job a longer `timeout`, or the stream a shorter `max_duration`',
  };
}

/** Tags whose argument is the length of the value. */
const LENGTHS = new RegExp(String.raw`#(?:${SIZED_TAGS.join('|')})\((\d+)\)`, 'g');

/**
 * Refuses a request whose documents are larger together than one request of a client library and a server with its defaults may
 * be. The sizes of generated values other than those with a given length are not counted.
 */
export function requestSizeFault(operation: OperationPlan, target: Pick<Target, 'driver'>): RefusedField | undefined {
  const { type, statement, http, batchSize, dataSize, document } = operation;
  if (statement !== undefined || http.body !== undefined || http.bodyForm !== undefined) return undefined;
  const isLimited = driverOf(target).storesBson === true && (type === 'write' || type === 'update');
  if (type !== 'bulk_write' && !isLimited) return undefined;
  const template = JSON.stringify(document);
  const generated = [...template.matchAll(LENGTHS)].reduce((sum, [, length]) => sum + Number(length), 0);
  const each = Math.max(maximumOf(dataSize), template.length + generated);
  const bytes = each * batchSize;
  if (bytes <= WORKLOAD_LIMITS.bulkBytes) return undefined;
  const documents = batchSize === 1 ? 'a document' : `${formatCount(batchSize)} documents`;
  const has = dataSize.kind === 'constant' ? 'has' : 'may have';
  const most = formatBytes(WORKLOAD_LIMITS.bulkBytes);
  const fitting = formatCount(Math.floor(WORKLOAD_LIMITS.bulkBytes / each));
  return {
    field: [type === 'bulk_write' ? 'batch_size' : 'data_size'],
    message: `a request with ${documents} ${has} ${formatBytes(bytes)} or more; at most ${most} are allowed`,
    hint: batchSize === 1 ? 'use smaller documents' : `at most ${fitting} such documents fit into one request`,
  };
}
