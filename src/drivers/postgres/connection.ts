import type { Client, ClientConfig, Connection, FieldDef, Submittable } from 'pg';
import type { Address, RoutedSocket } from '../../shared/network/routed-socket.ts';
import { tlsServerName } from '../../shared/network/server-name.ts';
import { ClassifiedError } from '../classify-error.ts';
import type { SqlValue } from '../sql/column.ts';
import type { SqlConnection, SqlListener } from '../sql/connection.ts';
import { RowCollector } from '../sql/row-collector.ts';
import type { SqlStatement } from '../sql/statement.ts';
import type { BackendKey, CancelRequests } from './cancel-requests.ts';
import { DirectReader } from './direct-reader.ts';
import { DirectStream } from './direct-stream.ts';
import { isFatal, isForeignServer, isStale } from './errors.ts';
import { resultColumns } from './result-columns.ts';
import { type SendBuffer, StatementMessage, toText } from './statement-message.ts';

/** Options shared by the connections of one job. */
export interface PostgresOptions {
  readonly Client: typeof Client;
  readonly config: ClientConfig;
  readonly address: Address;
  readonly cancelRequests: CancelRequests;
  /** Buffers that the connections share. */
  readonly readBuffer: Buffer;
  readonly sendBuffer: SendBuffer;
}

/**
 * A connection of `pg`, and the query object that it submits repeatedly. It replaces the library's query class, which
 * builds an object for each row, while rows are counted here, or collected up to a size. Prepared statements whose rows
 * are only counted are sent past the library from their second execution on.
 */
export class PostgresConnection implements SqlConnection, Submittable {
  readonly wire: RoutedSocket;
  readonly traffic: DirectStream;
  readonly #client: Client;
  readonly #listener: SqlListener;
  readonly #cancelRequests: CancelRequests;
  /** Statements prepared on this connection. */
  readonly #prepared = new Set<SqlStatement>();
  /** Messages of statements that are sent past the library: those whose rows are only counted, after their first result. */
  readonly #messages = new Map<SqlStatement, StatementMessage>();
  /**
   * Whether statements are sent unnamed, parsed and executed in one round trip. Needed behind a pooler that gives each
   * transaction a different server connection, where named statements are missing.
   */
  #nameless = false;
  #key: BackendKey | undefined;
  #statement: SqlStatement | undefined;
  #values: readonly SqlValue[] = [];
  /** Command tag: `SELECT 1`, `UPDATE 0`, `INSERT 0 1`, `COMMIT`. */
  #tag = '';
  /** Rows of the statement in flight; `undefined`: they are only counted. */
  #rows: RowCollector | undefined;
  /** Whether the server has bound the parameters, and whether it has completed the statement. */
  #isBound = false;
  #isComplete = false;
  #isDead = false;
  /** Whether the statement belongs to a transaction, which the server has aborted if the statement failed. */
  #inTransaction = false;

  constructor({ Client, config, cancelRequests, ...options }: PostgresOptions, listener: SqlListener) {
    this.traffic = new DirectStream({ ...options, tls: config.ssl !== false }, new DirectReader(this));
    this.wire = this.traffic.wire;
    this.#listener = listener;
    this.#cancelRequests = cancelRequests;
    // The library adds its error listener only when it connects.
    this.wire.on('error', ignore);
    this.#client = new Client({ ...config, stream: () => this.wire });
    // The library sends this as the TLS server name; the socket determines the address.
    const { host } = this.#client;
    Object.assign(this.#client, { host: tlsServerName(host) || host });
    this.#client.on('error', (error) => this.#break(error));
    const { connection } = this.#client;
    // The library adds TLS to the socket after the server has agreed to it.
    connection
      .once('sslconnect', () => this.traffic.secure(connection.stream))
      .on('bindComplete', () => (this.#isBound = true))
      .on('backendKeyData', (key: BackendKey) => (this.#key = key))
      .on('parseComplete', () => this.#statement !== undefined && this.#prepared.add(this.#statement));
  }

  async open(): Promise<void> {
    await this.#client.connect();
  }

  async query(text: string): Promise<void> {
    await this.#client.query(text);
  }

  run(statement: SqlStatement, values: readonly SqlValue[]): void {
    this.#statement = statement;
    this.#values = values;
    const message = this.#messages.get(statement);
    if (message === undefined) {
      this.#submit();
      return;
    }
    if (statement.control !== undefined) this.#inTransaction = statement.control === 'begin';
    this.#rows = undefined;
    this.traffic.send(message, values);
  }

  #submit(): void {
    this.traffic.share();
    this.#client.query(this);
  }

  directEnded(tag: string | undefined): void {
    if (this.#isDead) return;
    if (tag === undefined) this.#breakIncomplete();
    else this.#complete(tag);
  }

  directFailed(error: Error): void {
    this.handleError(error);
  }

  cancel(): void {
    if (this.#key !== undefined) this.#cancelRequests.send(this.#key, this.wire.peer);
  }

  end(): void {
    this.#isDead = true;
    void this.#client.end();
  }

  destroy(): void {
    this.#isDead = true;
    this.wire.destroy();
  }

  // Callbacks of a `pg` query.

  submit(connection: Connection): void {
    const statement = this.#statement;
    if (statement === undefined) return;
    this.#tag = '';
    this.#isComplete = false;
    if (statement.control !== undefined) this.#inTransaction = statement.control === 'begin';
    this.#rows = statement.needs === undefined ? undefined : new RowCollector(statement.needs);
    // A statement without parameters skips the bind step.
    this.#isBound = !statement.prepared;
    if (!statement.prepared) {
      connection.query(statement.text);
      return;
    }
    const { name, text } = statement;
    connection.stream.cork(); // sends all messages in one segment
    if (this.#nameless) {
      connection.parse({ name: '', text, types: [] }, true);
    } else if (!this.#prepared.has(statement)) {
      // Closing a missing statement is not an error, and a stale statement must be closed before it is parsed again.
      connection.close({ type: 'S', name }, true);
      connection.parse({ name, text, types: [] }, true);
    }
    connection.bind({ statement: this.#nameless ? '' : name, values: this.#values.map(toText) }, true);
    // A description is requested only where column names and types are used.
    if (statement.needs?.body === true) connection.describe({ type: 'P', name: '' }, true);
    connection.execute(null, true);
    connection.sync();
    connection.stream.uncork();
  }

  handleRowDescription({ fields }: { readonly fields: readonly FieldDef[] }): void {
    this.#rows?.describe(resultColumns(fields));
  }

  handleDataRow({ fields, length }: { readonly fields: readonly unknown[]; readonly length: number }): void {
    this.#rows?.add(fields, length);
  }

  /** The last number of the command tag is the row count. */
  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#tag = text;
    this.#isComplete = true;
  }

  handleEmptyQuery(): void {
    this.#isComplete = true;
  }

  handlePortalSuspended(): void {}

  handleCopyData(): void {}

  handleCopyInResponse(connection: Connection & { sendCopyFail(reason: string): void }): void {
    connection.sendCopyFail('COPY FROM STDIN is not supported');
  }

  handleReadyForQuery(): void {
    if (this.#isDead) return;
    if (!this.#isBound || !this.#isComplete) {
      this.#breakIncomplete();
      return;
    }
    const statement = this.#statement;
    // The first execution prepares the statement, and shows that it neither copies data nor returns needed rows.
    if (statement?.needs === undefined && statement !== undefined && !this.#nameless) {
      this.#messages.set(statement, new StatementMessage(statement));
    }
    this.#complete(this.#tag);
  }

  /** @param tag command tag: its last number is the row count */
  #complete(tag: string): void {
    // The server answers a commit with a rollback, and without an error, if a statement of the transaction has failed.
    if (this.#statement?.control === 'commit' && tag === 'ROLLBACK') {
      this.#listener.rejected(new ClassifiedError('driver', 'the server rolled the transaction back at its commit'));
      return;
    }
    const content = this.#rows?.content(Number(/\d+$/.exec(tag)?.[0] ?? 0));
    this.#listener.completed(!tag.endsWith(' 0') && tag !== '', content);
  }

  #breakIncomplete(): void {
    this.#break(new ClassifiedError('protocol', 'the server sent ReadyForQuery before it completed the query'));
  }

  /** May also be called late, after the end of the connection was reported. */
  handleError(error: unknown): void {
    if (this.#isDead) return;
    if (isFatal(error)) {
      this.#break(error);
      return;
    }
    if (!this.#nameless && this.#statement?.prepared === true && isForeignServer(error)) {
      this.#nameless = true;
      this.#messages.clear();
      if (!this.#inTransaction) {
        this.#submit();
        return;
      }
    }
    if (isStale(error) && this.#statement !== undefined) this.#forget(this.#statement);
    this.#listener.rejected(error);
  }

  #forget(statement: SqlStatement): void {
    this.#prepared.delete(statement);
    this.#messages.delete(statement);
  }

  #break(error: unknown): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#listener.broken(error);
  }
}

function ignore(): void {}
