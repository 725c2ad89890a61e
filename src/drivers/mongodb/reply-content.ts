import type { Document } from 'mongodb';
import type { Json } from '../../shared/json.ts';
import { ReplyContent } from '../reply-content.ts';
import type { ResponseContent, ResponseNeeds } from '../driver.ts';
import { exactNumber } from '../exact-number.ts';

/** Kept parts of a reply. @param bytes its size in BSON */
export function replyContent(reply: Document, bytes: number, { body, maxBytes }: ResponseNeeds): ResponseContent {
  const build = body ? (): Json => toJson(reply) : undefined;
  return new ReplyContent({ rowCount: countRows(reply), bytes, maxBytes, build });
}

/** Documents that the reply returns, or that the command matched. */
function countRows(reply: Document): number | undefined {
  const cursor: unknown = reply['cursor'];
  if (isObject(cursor)) {
    const batch = 'firstBatch' in cursor ? cursor.firstBatch : undefined;
    return Array.isArray(batch) ? batch.length : undefined;
  }
  const matched: unknown = reply['n'] ?? reply['nModified'];
  if (typeof matched === 'number') return matched;
  const changed: unknown = reply['lastErrorObject']?.n;
  if (typeof changed === 'number') return changed;
  const values: unknown = reply['values'];
  return Array.isArray(values) ? values.length : undefined;
}

/** JSON form of a BSON value: ids are hexadecimal, dates ISO 8601, numbers are exact, binary data is Base64. */
function toJson(value: unknown): Json {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(toJson);
  if (!isObject(value)) return typeof value === 'bigint' ? exactNumber(value.toString()) : null;
  if ('_bsontype' in value) return scalarToJson(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return Object.fromEntries(Object.entries(value).map(([name, inner]: [string, unknown]) => [name, toJson(inner)]));
}

/** JSON form of a value of the library's own classes. */
function scalarToJson(value: { readonly _bsontype: unknown; toString(): string }): Json {
  switch (value._bsontype) {
    case 'Long':
    case 'Decimal128':
    case 'Int32':
    case 'Double':
      return exactNumber(value.toString());
    case 'ObjectId':
      return value.toString();
    case 'Binary':
      return 'buffer' in value ? Buffer.from(value.buffer as Uint8Array).toString('base64') : null; // of its class
    default:
      return (JSON.parse(JSON.stringify(value)) ?? null) as Json; // JSON.parse returns nothing else
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
