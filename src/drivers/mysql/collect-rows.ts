import type { EventEmitter } from 'node:events';
import type { FieldPacket, QueryError, ResultSetHeader } from 'mysql2';
import type { ResponseContent, ResponseNeeds } from '../driver.ts';
import { RowCollector } from '../sql/row-collector.ts';
import { bytesOf, resultColumns } from './result-columns.ts';

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
