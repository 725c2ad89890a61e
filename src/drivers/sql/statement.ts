import type { SqlValue } from './column.ts';

/** One statement that is sent again and again, with other values each time. */
export interface SqlStatement {
  /** Tells it from the other statements of a connection. */
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
