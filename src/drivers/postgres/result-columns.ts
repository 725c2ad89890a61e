import type { Json } from '../../shared/json.ts';
import { exactNumber } from '../exact-number.ts';
import type { ResultColumn } from '../sql/row-collector.ts';

/** Column of a row description: its name and the object id of its type. */
interface ColumnDescription {
  readonly name: string;
  readonly dataTypeID: number;
}

/** Conversions of the text format by object id of the type (`pg_type.dat`, fixed for built-in types). */
const CONVERSIONS: ReadonlyMap<number, (text: string) => Json> = new Map<number, (text: string) => Json>([
  [16, (text) => text === 't'], // bool
  [20, exactNumber], // int8
  [21, exactNumber], // int2
  [23, exactNumber], // int4
  [26, exactNumber], // oid
  [114, parse], // json
  [700, exactNumber], // float4
  [701, exactNumber], // float8
  [1700, exactNumber], // numeric
  [3802, parse], // jsonb
]);

/** Columns of a row description. Types without a JSON form, such as dates, remain the server's text. */
export function resultColumns(descriptions: readonly ColumnDescription[]): readonly ResultColumn[] {
  return descriptions.map(({ name, dataTypeID }) => {
    const convert = CONVERSIONS.get(dataTypeID);
    return { name, toJson: (value) => (convert === undefined ? String(value) : convert(String(value))) };
  });
}

function parse(text: string): Json {
  return JSON.parse(text) as Json; // JSON.parse returns nothing else
}
