import { createHash } from 'node:crypto';
import type { SqlValue } from './column.ts';

/** One statement that is sent again and again, with other values each time. */
export interface SqlStatement {
  /** Its name on the server where it is prepared: see `statementName`. */
  readonly name: string;
  readonly text: string;
  /** Whether the server keeps it prepared, once for each connection; otherwise it goes as text each time. */
  readonly prepared: boolean;
  /** Its parameters, in order, for a ticket. */
  readonly values: (sequence: number) => readonly SqlValue[];
  /** Whether it is a miss when no row matched. */
  readonly missable: boolean;
  /** Whether it is fine when the server says that what it creates is there already. */
  readonly creates: boolean;
  /** What is sent after it, as part of the same request. */
  readonly next: SqlStatement | undefined;
}

/** No parameters. */
export const noValues = (): readonly SqlValue[] => [];

/**
 * The name of a prepared statement: a function of its text. A pooler may hand a connection of the server to any client,
 * so names are shared by all jobs, threads, processes and machines: equal texts have one name, different texts never
 * do.
 * @returns 32 characters; PostgreSQL allows 63
 */
export function statementName(text: string): string {
  return `loadbot_${createHash('sha256').update(text).digest('hex').slice(0, 24)}`;
}
