import { createHash } from 'node:crypto';
import type { Operation, ResponseNeeds } from '../driver.ts';
import type { SqlValue } from './column.ts';

/** A statement that is sent repeatedly with different values. */
export interface SqlStatement {
  /** Name of the prepared statement on the server: see `statementName`. */
  readonly name: string;
  readonly text: string;
  /** Whether the statement is prepared, once per connection; otherwise it is sent as text each time. */
  readonly prepared: boolean;
  /** Parameters of a ticket, in order. */
  readonly values: (sequence: number) => readonly SqlValue[];
  /** Whether a result without matching rows is a miss. */
  readonly missable: boolean;
  /** Whether an error that the object already exists counts as success. */
  readonly creates: boolean;
  /** Parts of the result to keep; `undefined`: none. */
  readonly needs: ResponseNeeds | undefined;
  /** Part of a transaction that the statement performs; `undefined`: none. */
  readonly control: TransactionPart | undefined;
  /** Next statement of the same request. */
  readonly next: SqlStatement | undefined;
}

type TransactionPart = NonNullable<Operation['transaction']>['kind'];

/** No parameters. */
export const noValues = (): readonly SqlValue[] => [];

/**
 * Derives the name of a prepared statement from its text. A pooler may give a server connection to any client, so all
 * jobs, threads, processes and machines share the names: equal texts have equal names, different texts have different
 * names.
 * @returns 32 characters; PostgreSQL allows 63
 */
export function statementName(text: string): string {
  return `loadbot_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
}
