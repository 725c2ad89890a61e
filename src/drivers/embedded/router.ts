import { randomUUID } from 'node:crypto';
import type { Json } from '../../shared/json.ts';
import { type Document, type DocumentStore, fieldText } from './store.ts';

/** Operation on the store, named like the job types. */
export type StoreOperation =
  | 'read'
  | 'scan'
  | 'write'
  | 'bulk_write'
  | 'update'
  | 'delete'
  | 'drop_collection'
  | 'other';

export interface StoreResponse {
  readonly status: number;
  /** Body of the response, JSON. */
  readonly body: string;
}

/** A request with a parsed method and path, before its body. */
export interface MatchedRoute {
  readonly operation: StoreOperation;
  readonly takesBody: boolean;
  /**
   * Executes the request.
   * @param body empty unless the route takes one
   */
  answer(body: string): StoreResponse;
}

/** Results of a query without `limit`, and the maximum of `limit`. */
const MAX_RESULTS = 100;
/** Maximum of `limit` of a scan. */
const MAX_SCANNED = 10_000;

/**
 * REST mapping: `POST /c`, `POST /c/_bulk`, `GET /c/{key}`, `GET /c?field=value&limit=n`, `GET /c?from=key&limit=n`,
 * `PATCH /c/{key}`, `PATCH /c?field=value`, `DELETE /c/{key}`, `DELETE /c?field=value`, `DELETE /c`. Everything else is
 * 404, or 405 when only the method is wrong.
 */
export function routeRequest(store: DocumentStore, method: string, url: string): MatchedRoute {
  const queryAt = url.indexOf('?');
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  const segments = decodeSegments(path);
  if (segments === undefined) return other(400, `the path ${path} is not valid percent-encoding`);
  const [collection = '', key, ...more] = segments;
  if (collection === '' || key === '' || more.length > 0) return other(404, `no such resource: ${path}`);

  if (key === undefined) {
    if (method === 'POST') return withBody('write', (body) => writeOne(store, collection, body));
    const query = new URLSearchParams(queryAt < 0 ? '' : url.slice(queryAt + 1));
    if (method === 'GET' && isScan(query)) return withoutBody('scan', () => scan(store, collection, query));
    if (method === 'GET') return withoutBody('read', () => find(store, collection, query));
    if (method === 'PATCH' && query.size > 0) {
      return withBody('update', (body) => updateFirst(store, collection, query, body));
    }
    if (method === 'DELETE' && query.size > 0) {
      return withoutBody('delete', () => remove(store, collection, store.firstKey(collection, [...query])));
    }
    if (method === 'DELETE') return withoutBody('drop_collection', () => drop(store, collection));
  } else if (key === '_bulk') {
    if (method === 'POST') return withBody('bulk_write', (body) => writeMany(store, collection, body));
  } else {
    if (method === 'GET') return withoutBody('read', () => readOne(store, collection, key));
    if (method === 'PATCH') return withBody('update', (body) => update(store, collection, key, body));
    if (method === 'DELETE') return withoutBody('delete', () => remove(store, collection, key));
  }
  return other(405, `${method} is not allowed on ${path}`);
}

function writeOne(store: DocumentStore, collection: string, body: string): StoreResponse {
  const document = parseJson(body);
  if (!isDocument(document)) return NO_DOCUMENT;
  const [key, keyed] = withKey(document);
  if (!store.insert(collection, key, keyed)) return problem(409, `${collection} already has a document ${key}`);
  return { status: 201, body: `{"_id":${JSON.stringify(keyed['_id'])}}` };
}

function writeMany(store: DocumentStore, collection: string, body: string): StoreResponse {
  const documents = parseJson(body);
  if (!Array.isArray(documents) || !documents.every(isDocument)) return NO_DOCUMENTS;
  let inserted = 0;
  for (const document of documents) if (store.insert(collection, ...withKey(document))) inserted++;
  const conflicts = documents.length - inserted;
  if (conflicts > 0) return { status: 409, body: `{"inserted":${inserted},"conflicts":${conflicts}}` };
  return { status: 201, body: `{"inserted":${inserted}}` };
}

function readOne(store: DocumentStore, collection: string, key: string): StoreResponse {
  const body = store.read(collection, key);
  return body === undefined ? NOT_FOUND : { status: 200, body };
}

function find(store: DocumentStore, collection: string, query: URLSearchParams): StoreResponse {
  const limit = query.get('limit') ?? String(MAX_RESULTS);
  if (!isLimit(limit)) return invalidLimit(limit);
  query.delete('limit');
  return listOf(store.find(collection, [...query], Math.min(Number(limit), MAX_RESULTS)));
}

/** Whether a query is a scan: other queries compare fields with values. */
function isScan(query: URLSearchParams): boolean {
  return query.size === 2 && query.has('from') && query.has('limit');
}

function scan(store: DocumentStore, collection: string, query: URLSearchParams): StoreResponse {
  const limit = query.get('limit') ?? '';
  if (!isLimit(limit)) return invalidLimit(limit);
  return listOf(store.scan(collection, query.get('from') ?? '', Math.min(Number(limit), MAX_SCANNED)));
}

function isLimit(limit: string): boolean {
  return /^[1-9]\d*$/.test(limit);
}

function invalidLimit(limit: string): StoreResponse {
  return problem(400, `limit must be a whole number from 1, not ${limit}`);
}

function listOf(found: readonly string[]): StoreResponse {
  return found.length === 0 ? NOT_FOUND : { status: 200, body: `[${found.join(',')}]` };
}

function update(store: DocumentStore, collection: string, key: string, body: string): StoreResponse {
  const changes = parseJson(body);
  if (!isDocument(changes)) return NO_DOCUMENT;
  if (!store.merge(collection, key, changes)) return NOT_FOUND;
  return { status: 200, body: `{"_id":${JSON.stringify(key)}}` };
}

/** Updates the first document that matches a query. */
function updateFirst(store: DocumentStore, collection: string, query: URLSearchParams, body: string): StoreResponse {
  const key = store.firstKey(collection, [...query]);
  return key === undefined ? NOT_FOUND : update(store, collection, key, body);
}

/** @param key key of the document; `undefined`: no document matches */
function remove(store: DocumentStore, collection: string, key: string | undefined): StoreResponse {
  if (key === undefined || !store.remove(collection, key)) return NOT_FOUND;
  return { status: 200, body: `{"_id":${JSON.stringify(key)}}` };
}

function drop(store: DocumentStore, collection: string): StoreResponse {
  const dropped = store.drop(collection);
  return dropped === undefined ? NOT_FOUND : { status: 200, body: `{"dropped":${dropped}}` };
}

/** Returns the document with its key: the text of its `_id`, which is generated when missing. */
function withKey(document: Document): [key: string, document: Document] {
  const key = fieldText(document['_id']);
  if (key !== undefined) return [key, document];
  const made = randomUUID();
  return [made, { _id: made, ...document }];
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function isDocument(value: Json | undefined): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decodeSegments(path: string): string[] | undefined {
  try {
    return path.slice(1).split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

const NOT_FOUND = problem(404, 'not found');
const NO_DOCUMENT = problem(400, 'the body must be a JSON object');
const NO_DOCUMENTS = problem(400, 'the body must be a JSON array of objects');

export function problem(status: number, error: string): StoreResponse {
  return { status, body: JSON.stringify({ error }) };
}

function withBody(operation: StoreOperation, answer: (body: string) => StoreResponse): MatchedRoute {
  return { operation, takesBody: true, answer };
}

function withoutBody(operation: StoreOperation, answer: () => StoreResponse): MatchedRoute {
  return { operation, takesBody: false, answer };
}

function other(status: number, error: string): MatchedRoute {
  return withoutBody('other', () => problem(status, error));
}
