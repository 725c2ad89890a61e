import { LoadbotError, messageOf } from '../../core/errors.ts';
import { mask, secretsOfTarget } from '../../core/secrets.ts';
import type { Target } from '../../core/target.ts';
import type { SqlBackend, SqlConnection } from './connection.ts';
import type { Table } from './table.ts';

/** Sees to it that a job's table is there before its first request, once for a job on a thread. */
export class TableMaker {
  readonly #table: Table;
  readonly #backend: SqlBackend;
  readonly #target: Target;
  #isThere = false;

  constructor(table: Table, backend: SqlBackend, target: Target) {
    this.#table = table;
    this.#backend = backend;
    this.#target = target;
  }

  /**
   * Creates the table when it is absent. Whoever else creates it at the same moment is welcome to.
   * @throws {LoadbotError} when the server refuses; whatever the connection fails with
   */
  async make(connection: SqlConnection): Promise<void> {
    const { creation, name } = this.#table;
    if (this.#isThere || creation === undefined) return;
    // Asked first, because a user who may not create tables may well use one that is there.
    if (!(await this.#exists(connection, name))) await this.#create(connection, creation);
    this.#isThere = true;
  }

  async #exists(connection: SqlConnection, name: string): Promise<boolean> {
    try {
      await connection.ask(`SELECT 1 FROM ${name} LIMIT 0`);
      return true;
    } catch (error) {
      if (this.#backend.judge(error).detail === 'missing_table') return false;
      throw this.#explain(error);
    }
  }

  async #create(connection: SqlConnection, creation: string): Promise<void> {
    try {
      await connection.ask(creation);
    } catch (error) {
      if (!this.#backend.judge(error).isThere) throw this.#explain(error);
    }
  }

  #explain(error: unknown): unknown {
    if (this.#backend.judge(error).errorClass !== 'driver') return error;
    const { name } = this.#table;
    const reason = mask(messageOf(error), secretsOfTarget(this.#target));
    return new LoadbotError('config_invalid', `the table ${name} cannot be used on ${this.#target.url}: ${reason}`, {
      hint: 'let the user create tables, or create it beforehand',
      cause: error,
    });
  }
}
