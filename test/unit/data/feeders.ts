import { FeederTableBuilder } from '../../../src/shared/feeder-table.ts';
import type { Json } from '../../../src/shared/json.ts';
import type { Feeder } from '../../../src/data/feeder.ts';

/** A feeder of these columns, all of the same number of values, as one that has been read from NDJSON. */
export function feederOf(
  name: string,
  order: Feeder['order'],
  columns: Readonly<Record<string, readonly Json[]>>,
): Feeder {
  const names = Object.keys(columns);
  const rows = Object.values(columns)[0]?.length ?? 0;
  const cells = Object.values(columns).map((values) => values.map((value) => JSON.stringify(value)));
  const builder = new FeederTableBuilder('json', names, Buffer.byteLength(cells.flat().join('')), rows);
  for (let row = 0; row < rows; row++) builder.add((column) => cells[column]?.[row] ?? '');
  return { name, per: 'request', order, table: builder.finish() };
}
