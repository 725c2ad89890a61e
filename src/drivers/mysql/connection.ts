import type { EventEmitter } from 'node:events';
import type { Connection, PrepareStatementInfo, QueryError, QueryResult } from 'mysql2';
import { RoutedSocket } from '../../shared/network/routed-socket.ts';
import type { ResponseNeeds } from '../driver.ts';
import type { SqlValue } from '../sql/column.ts';
import type { SqlConnection, SqlListener } from '../sql/connection.ts';
import type { SqlStatement } from '../sql/statement.ts';
import { collectRows } from './collect-rows.ts';
import { isFatal, isStale } from './errors.ts';
import { type MysqlFrames, guardedConnection, type MysqlTarget } from './frames.ts';
import type { StatementKiller } from './killer.ts';

/** Options shared by the connections of one job. */
export interface MysqlOptions extends MysqlTarget {
  readonly killer: StatementKiller;
}

/** Callback of the library for the result of a command. */
type Answer = (error: QueryError | null, result: QueryResult) => void;

/** A connection of `mysql2`, and its prepared statements. */
export class MysqlConnection implements SqlConnection {
  readonly wire: RoutedSocket;
  readonly traffic: RoutedSocket;
  readonly #options: MysqlOptions;
  readonly #listener: SqlListener;
  readonly #prepared = new Map<SqlStatement, PrepareStatementInfo>();
  readonly #answer = this.#answered.bind(this);
  /** Callback for the result of a statement that was prepared by an earlier request. */
  readonly #answerPrepared = this.#answeredPrepared.bind(this);
  #connection: Connection | undefined;
  #frames: MysqlFrames | undefined;
  #statement: SqlStatement | undefined;
  #values: readonly SqlValue[] = [];
  #isDead = false;

  constructor(options: MysqlOptions, listener: SqlListener) {
    this.#options = options;
    this.wire = new RoutedSocket(options.address);
    this.traffic = this.wire;
    this.#listener = listener;
    this.wire.on('error', ignore);
  }

  async open(): Promise<void> {
    const { connection, frames } = guardedConnection(this.#options, this.wire);
    this.#connection = connection;
    this.#frames = frames;
    connection.on('error', (error) => this.#break(error));
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error === null ? resolve() : reject(error)));
    });
  }

  async query(text: string): Promise<void> {
    this.#frames?.commandSent('query');
    await new Promise<void>((resolve, reject) => {
      this.#connection?.query(text, (error: QueryError | null) => (error === null ? resolve() : reject(error)));
    });
  }

  run(statement: SqlStatement, values: readonly SqlValue[]): void {
    this.#statement = statement;
    this.#values = values;
    if (!statement.prepared) {
      this.#query(statement);
      return;
    }
    const prepared = this.#prepared.get(statement);
    if (prepared === undefined) this.#prepare(statement);
    else this.#execute(prepared, this.#answerPrepared);
  }

  cancel(): void {
    const threadId = this.#connection?.threadId;
    if (typeof threadId === 'number') this.#options.killer.kill(threadId, this.wire.peer);
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

  #query({ text, needs }: SqlStatement): void {
    const connection = this.#connection;
    const values = [...this.#values];
    this.#frames?.commandSent('query');
    if (needs === undefined) connection?.query(text, values, this.#answer);
    else if (connection !== undefined) this.#collect(connection.query(text, values), needs, this.#answer);
  }

  #prepare(statement: SqlStatement): void {
    this.#frames?.commandSent('prepare');
    this.#connection?.prepare(statement.text, (error, prepared) => {
      if (this.#isDead) return;
      if (error !== null) {
        this.#failed(error);
        return;
      }
      this.#prepared.set(statement, prepared);
      this.#execute(prepared, this.#answer);
    });
  }

  #execute(prepared: PrepareStatementInfo, answer: Answer): void {
    this.#frames?.commandSent('execute');
    const needs = this.#statement?.needs;
    if (needs === undefined) prepared.execute(this.#values, answer);
    else this.#collect(prepared.execute(this.#values), needs, answer);
  }

  #collect(command: EventEmitter, needs: ResponseNeeds, answer: Answer): void {
    collectRows(command, needs, {
      completed: (matched, content) => {
        if (!this.#isDead) this.#listener.completed(matched, content);
      },
      failed: (error) => answer(error, NO_ROWS),
    });
  }

  #answeredPrepared(error: QueryError | null, result: QueryResult): void {
    const statement = this.#statement;
    if (this.#isDead || statement === undefined || !isStale(error)) {
      this.#answered(error, result);
      return;
    }
    // The statement was not executed: the server, or a proxy before it, no longer has it. The library would keep using
    // its cached handle.
    this.#connection?.unprepare(statement.text);
    this.#prepare(statement);
  }

  #answered(error: QueryError | null, result: QueryResult): void {
    if (this.#isDead) return;
    if (error !== null) this.#failed(error);
    else this.#listener.completed(matched(result), undefined);
  }

  #failed(error: QueryError): void {
    if (isFatal(error)) {
      this.#break(error);
      return;
    }
    this.#listener.rejected(error);
  }

  #break(error: unknown): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#listener.broken(error);
  }
}

/** Result of a statement that has failed. */
const NO_ROWS: QueryResult = [];

/** Whether a statement read or changed a row. An update that leaves a row unchanged counts, because the row matched. */
function matched(result: QueryResult): boolean {
  return Array.isArray(result) ? result.length > 0 : result.affectedRows > 0;
}

function ignore(): void {}
