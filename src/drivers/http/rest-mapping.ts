import type { RequestData, RequestPart, TextSyntax } from '../../templates/request-data.ts';
import { LoadbotError } from '../../shared/errors.ts';
import type { RequestType } from '../../shared/job-type.ts';
import { percentEncode } from '../../shared/percent-encode.ts';
import type { Json } from '../../shared/json.ts';
import type { Operation } from '../driver.ts';

/** REST request of a job type. A collection is a resource; paths start after the target's base path. */
export interface RestRequest {
  readonly method: string;
  readonly path: RequestPart;
  readonly body: RequestPart | undefined;
}

/** @throws {LoadbotError} for `create_index` without a method and path in the job, because REST has no equivalent. */
export function mapToRest({ type, materials, http }: Operation, collection: string): RestRequest {
  const resource = `/${percentEncode(collection)}`;
  const requests: Readonly<Record<Exclude<RequestType, 'create_index'>, RestRequest>> = {
    write: { method: 'POST', path: resource, body: (sequence) => materials.documentJson(sequence) },
    bulk_write: { method: 'POST', path: `${resource}/_bulk`, body: (sequence) => materials.documentsJson(sequence) },
    read: { method: 'GET', path: pathOfFound(resource, materials), body: undefined },
    update: {
      method: 'PATCH',
      path: pathOfFound(resource, materials),
      body: (sequence) => materials.changesJson(sequence),
    },
    scan: { method: 'GET', path: pathOfScan(resource, materials), body: undefined },
    delete: { method: 'DELETE', path: pathOfFound(resource, materials), body: undefined },
    drop_collection: { method: 'DELETE', path: resource, body: undefined },
  };
  if (type !== 'create_index') return requests[type];
  if (http.method === undefined || http.path === undefined) {
    throw new LoadbotError('config_invalid', 'a create_index job has no default HTTP request', {
      field: ['type'],
      hint: 'set `http: { method, path }` on the job, or remove the job',
    });
  }
  return { method: http.method, path: resource, body: undefined };
}

/** Path of one document by its key. With a filter: the resource with its fields as query parameters, `_id` included. */
function pathOfFound(resource: string, materials: RequestData): RequestPart {
  if (materials.filter(0).length === 0) return (sequence) => `${resource}/${percentEncode(materials.key(sequence))}`;
  const hasKey = Object.hasOwn(materials.criteria(0), '_id');
  return (sequence) => {
    const others = materials.filter(sequence);
    const fields = hasKey ? [['_id', materials.key(sequence)] as const, ...others] : others;
    return `${resource}?${fields.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`).join('&')}`;
  };
}

/** Path of a scan: the resource with the first key and the number of documents. */
function pathOfScan(resource: string, { key, scanLength }: RequestData): RequestPart {
  return (sequence) => `${resource}?from=${percentEncode(key(sequence))}&limit=${scanLength(sequence)}`;
}

/** Prefix of every template tag. A JSON value without it is constant. */
const TAG = '#';

/**
 * Compiles the body that a job gives; `undefined`: no body. Braces are not placeholders here, because a body may
 * contain its own.
 */
export function compileBody(
  { materials }: Operation,
  body: string | Json,
  contentType: string,
): RequestPart | undefined {
  if (body === null) return undefined;
  if (typeof body === 'string') return materials.text(body, syntaxOf(contentType, body));
  const text = JSON.stringify(body);
  return text.includes(TAG) ? materials.json(body) : text;
}

/** Syntax of a body given as text. A `content-type` that contains tags is unknown and counts as plain text. */
function syntaxOf(contentType: string, body: string): TextSyntax {
  const type = contentType.split(';', 1)[0]!.trim().toLowerCase(); // a split has at least one part
  if (type === 'application/x-www-form-urlencoded') return 'form';
  if (/[/+]xml$/.test(type)) return 'xml';
  // A body that consists of a single tag may be a document from a feeder, so it is not treated as JSON.
  return /[/+](?:x-)?(?:nd)?json$/.test(type) && /^\s*[[{"]/.test(body) ? 'json' : 'plain';
}
