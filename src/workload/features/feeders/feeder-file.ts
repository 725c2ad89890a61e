import { LoadbotError } from '../../../shared/errors.ts';
import type { FeederTable } from '../../../shared/feeder-table.ts';

/** Content of a feeder's file. */
export interface FeederContent {
  /** Names of all columns. */
  readonly columns: readonly string[];
  /** The columns that the workload names. */
  readonly table: FeederTable;
}

/**
 * Parses the bytes of a feeder's file, in UTF-8.
 * @param named columns that the workload names, present in the file or not
 * @param delimiter character between the cells of a CSV
 */
export type ReadRows = (bytes: Buffer, file: string, named: readonly string[], delimiter: string) => FeederContent;

/** Creates the error for a bad feeder file. */
export function feederFault(message: string, hint?: string): LoadbotError {
  return new LoadbotError('config_invalid', message, hint === undefined ? {} : { hint });
}

/** An upper bound of the rows of a text: its line ends, and one. */
export function maxRows(bytes: Buffer): number {
  let rows = 1;
  for (const lineEnd of [LF, CR]) {
    for (let at = bytes.indexOf(lineEnd); at !== -1; at = bytes.indexOf(lineEnd, at + 1)) rows++;
  }
  return rows;
}

export const LF = 10;
const CR = 13;
