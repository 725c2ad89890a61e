import { type NetConnectOpts, Socket } from 'node:net';
import type { Connection, ConnectionOptions, PrepareStatementInfo, QueryError, QueryResult } from 'mysql2';
import type { SqlValue } from '../sql/column.ts';
import type { SqlConnection, SqlListener } from '../sql/connection.ts';
import type { SqlStatement } from '../sql/statement.ts';
import { isFatal, isStale } from './errors.ts';
import type { Killer } from './killer.ts';

/** What the connections of one job share. */
export interface MysqlOptions {
  readonly createConnection: (options: ConnectionOptions) => Connection;
  readonly config: ConnectionOptions;
  readonly address: NetConnectOpts;
  readonly killer: Killer;
}

/** One connection of `mysql2`, and the statements that it has prepared. */
export class MysqlConnection implements SqlConnection {
  readonly wire = new Socket();
  readonly #options: MysqlOptions;
  readonly #listener: SqlListener;
  readonly #prepared = new Map<SqlStatement, PrepareStatementInfo>();
  readonly #answer = this.#answered.bind(this);
  #connection: Connection | undefined;
  #statement: SqlStatement | undefined;
  #isDead = false;

  constructor(options: MysqlOptions, listener: SqlListener) {
    this.#options = options;
    this.#listener = listener;
    this.wire.on('error', ignore).setNoDelay(true);
  }

  async open(): Promise<void> {
    const { createConnection, config, address } = this.#options;
    const connection = createConnection({ ...config, stream: this.wire });
    this.wire.connect(address);
    this.#connection = connection;
    connection.on('error', (error) => this.#break(error));
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error === null ? resolve() : reject(error)));
    });
  }

  async ask(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#connection?.query(text, (error: QueryError | null) => (error === null ? resolve() : reject(error)));
    });
  }

  run(statement: SqlStatement, values: readonly SqlValue[]): void {
    this.#statement = statement;
    if (!statement.prepared) {
      this.#connection?.query(statement.text, [...values], this.#answer);
      return;
    }
    const prepared = this.#prepared.get(statement);
    if (prepared === undefined) this.#prepare(statement, values);
    else prepared.execute(values, this.#answer);
  }

  interrupt(): void {
    const threadId = this.#connection?.threadId;
    if (typeof threadId === 'number') this.#options.killer.kill(threadId);
  }

  end(): void {
    this.#isDead = true;
    this.#connection?.end(ignore);
  }

  destroy(): void {
    this.#isDead = true;
    this.#connection?.destroy();
    this.wire.destroy();
  }

  #prepare(statement: SqlStatement, values: readonly SqlValue[]): void {
    this.#connection?.prepare(statement.text, (error, prepared) => {
      if (this.#isDead) return;
      if (error !== null) {
        this.#failed(error);
        return;
      }
      this.#prepared.set(statement, prepared);
      prepared.execute(values, this.#answer);
    });
  }

  #answered(error: QueryError | null, result: QueryResult): void {
    if (this.#isDead) return;
    if (error !== null) this.#failed(error);
    else this.#listener.completed(matched(result));
  }

  #failed(error: QueryError): void {
    if (isFatal(error)) {
      this.#break(error);
      return;
    }
    if (isStale(error) && this.#statement !== undefined) this.#prepared.delete(this.#statement);
    this.#listener.rejected(error);
  }

  #break(error: unknown): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#listener.broken(error);
  }
}

/** Whether a statement read or changed a row; what an update left as it was counts too, since the row was there. */
function matched(result: QueryResult): boolean {
  return Array.isArray(result) ? result.length > 0 : result.affectedRows > 0;
}

function ignore(): void {}
