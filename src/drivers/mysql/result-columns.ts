import type { FieldPacket } from 'mysql2';
import type { Json } from '../../shared/json.ts';
import { exactNumber, shortestFloat } from '../exact-number.ts';
import type { ResultColumn } from '../sql/row-collector.ts';

/** Column types of the protocol. */
const FLOAT = 4;
const BIT = 16;
const JSON_TYPE = 245;
/** Header of a row's packet. */
const ROW_BYTES = 4;
/** Decimal, and decimal since version 5. The library returns them as text. */
const DECIMALS: ReadonlySet<number | undefined> = new Set([0, 246]);

/** Columns of a result. Dates are the server's text, binary values `0x` and their hexadecimal digits. */
export function resultColumns(fields: readonly FieldPacket[]): readonly ResultColumn[] {
  return fields.map((field) => ({ name: field.name, toJson: conversionOf(field) }));
}

function conversionOf({ columnType, extendedFormat }: FieldPacket): ResultColumn['toJson'] {
  // MariaDB sends JSON as text, with its format beside.
  if (columnType === JSON_TYPE || extendedFormat === 'json') return (value) => JSON.parse(String(value)) as Json;
  if (DECIMALS.has(columnType)) return (value) => exactNumber(String(value));
  if (columnType === FLOAT) return (value) => shortestFloat(Number(value));
  if (columnType === BIT) return (value) => exactNumber(BigInt(hexadecimal(value)).toString());
  return toJson;
}

function toJson(value: unknown): Json {
  if (typeof value === 'string' || typeof value === 'number') return value;
  return Buffer.isBuffer(value) ? hexadecimal(value) : (JSON.parse(JSON.stringify(value)) as Json);
}

function hexadecimal(value: unknown): string {
  return `0x${Buffer.isBuffer(value) ? value.toString('hex') : ''}`;
}

/** Size of a row's values in bytes, a few for the row included. */
export function bytesOf(row: readonly unknown[]): number {
  return row.reduce((total: number, value) => total + bytesOfValue(value), ROW_BYTES);
}

function bytesOfValue(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Buffer.isBuffer(value)) return value.length;
  return value === null ? 1 : 8;
}
