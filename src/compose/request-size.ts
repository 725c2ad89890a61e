import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { formatBytes, formatCount } from '../shared/units.ts';
import type { OperationPlan } from '../plan/plan.ts';
import { SIZED_TAGS } from '../templates/tags.ts';
import type { RefusedField } from './many-valued-column.ts';

/** Tags whose argument is the length of the value. */
const LENGTHS = new RegExp(String.raw`#(?:${SIZED_TAGS.join('|')})\((\d+)\)`, 'g');

/**
 * Refuses a request whose documents are larger together than one request of a client library and a server with its defaults may
 * be. The sizes of generated values other than those with a given length are not counted.
 */
export function requestSizeFault(operation: OperationPlan, driver: string): RefusedField | undefined {
  const { type, statement, http, batchSize, dataSize, document } = operation;
  if (statement !== undefined || http.body !== undefined) return undefined;
  if (type !== 'bulk_write' && (driver !== 'mongodb' || (type !== 'write' && type !== 'update'))) return undefined;
  const template = JSON.stringify(document);
  const generated = [...template.matchAll(LENGTHS)].reduce((sum, [, length]) => sum + Number(length), 0);
  const each = Math.max(dataSize, template.length + generated);
  const bytes = each * batchSize;
  if (bytes <= WORKLOAD_LIMITS.bulkBytes) return undefined;
  const documents = batchSize === 1 ? 'a document' : `${formatCount(batchSize)} documents`;
  const most = formatBytes(WORKLOAD_LIMITS.bulkBytes);
  const fitting = formatCount(Math.floor(WORKLOAD_LIMITS.bulkBytes / each));
  return {
    field: [type === 'bulk_write' ? 'batch_size' : 'data_size'],
    message: `a request with ${documents} has ${formatBytes(bytes)} or more; at most ${most} are allowed`,
    hint: batchSize === 1 ? 'use smaller documents' : `at most ${fitting} such documents fit into one request`,
  };
}
