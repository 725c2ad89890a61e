import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { redactSecrets, secretsOfTarget } from '../../shared/secrets.ts';
import type { Target } from '../../plan/target.ts';
import type { SqlBackend, SqlConnection } from './connection.ts';
import type { Table } from './table.ts';

/** Creates a job's table before its first request, once per job and thread. */
export class TableCreator {
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
   * Creates the table when it is absent. Safe when several agents create the table concurrently.
   * @throws {LoadbotError} when the server rejects it; a connection error passes unchanged
   */
  async make(connection: SqlConnection): Promise<void> {
    const { creation, name } = this.#table;
    if (this.#isThere || creation === undefined) return;
    // Checked first, because a user without the right to create tables may use an existing one.
    if (!(await this.#exists(connection, name))) await this.#create(connection, creation);
    this.#isThere = true;
  }

  async #exists(connection: SqlConnection, name: string): Promise<boolean> {
    try {
      await connection.query(`SELECT 1 FROM ${name} LIMIT 0`);
      return true;
    } catch (error) {
      if (this.#backend.classifyError(error).detail === 'missing_table') return false;
      throw this.#explain(error);
    }
  }

  async #create(connection: SqlConnection, creation: string): Promise<void> {
    try {
      await connection.query(creation);
    } catch (error) {
      if (!this.#backend.classifyError(error).alreadyExists) throw this.#explain(error);
    }
  }

  #explain(error: unknown): unknown {
    if (this.#backend.classifyError(error).errorClass !== 'driver') return error;
    const { name } = this.#table;
    const reason = redactSecrets(messageOf(error), secretsOfTarget(this.#target));
    return new LoadbotError('config_invalid', `cannot use the table ${name} on ${this.#target.url}: ${reason}`, {
      hint: 'grant the user the right to create tables, or create the table beforehand',
      cause: error,
    });
  }
}
