import type { EventEmitter } from 'node:events';
import type { FieldPacket, QueryError, ResultSetHeader } from 'mysql2';
import type { ResponseContent, ResponseNeeds } from '../driver.ts';
import { RowCollector, type ResultColumn } from '../sql/row-collector.ts';
import type { Json } from '../../shared/json.ts';
import { exactNumber, shortestFloat } from '../exact-number.ts';

/** Receives the end of a command whose rows were collected. */
interface CollectedListener {
  /** @param matched whether the statement read or changed a row */
  completed(matched: boolean, content: ResponseContent): void;
  failed(error: QueryError): void;
}

/**
 * Collects the rows of a command that was sent without a callback, so that the library does not keep them. Of several
 * results, such as those of a procedure, the first is the one with rows. A lost connection is an event of the
 * connection.
 */
export function collectRows(command: EventEmitter, needs: ResponseNeeds, listener: CollectedListener): void {
  const rows = new RowCollector(needs);
  let results = 0;
  let rowCount = 0;
  let failure: QueryError | undefined;
  command
    .on('fields', (fields: readonly FieldPacket[] | undefined) => {
      results++;
      if (results === 1 && fields !== undefined) rows.describe(resultColumns(fields));
    })
    .on('result', (result: readonly unknown[] | ResultSetHeader) => {
      if (results > 1) return;
      if (!('affectedRows' in result)) {
        rowCount++;
        rows.add(result, bytesOf(result));
      } else rowCount = result.affectedRows;
    })
    .once('error', (error: QueryError) => {
      failure = error;
    })
    .once('end', () => {
      // The library takes the next command only after this event.
      process.nextTick(() => {
        if (failure !== undefined) listener.failed(failure);
        else listener.completed(rowCount > 0 || results > 1, rows.content(rowCount));
      });
    });
}

/** Column types of the protocol. */
const FLOAT = 4;
const BIT = 16;
const JSON_TYPE = 245;
/** Header of a row's packet. */
const ROW_BYTES = 4;
/** Decimal, and decimal since version 5. The library returns them as text. */
const DECIMALS: ReadonlySet<number | undefined> = new Set([0, 246]);

/** Columns of a result. Dates are the server's text, binary values `0x` and their hexadecimal digits. */
function resultColumns(fields: readonly FieldPacket[]): readonly ResultColumn[] {
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
function bytesOf(row: readonly unknown[]): number {
  return row.reduce((total: number, value) => total + bytesOfValue(value), ROW_BYTES);
}

function bytesOfValue(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Buffer.isBuffer(value)) return value.length;
  return value === null ? 1 : 8;
}
