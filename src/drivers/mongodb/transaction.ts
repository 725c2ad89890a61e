import type { ClientSession, Document, MongoClient } from 'mongodb';
import { LoadbotError } from '../../shared/errors.ts';
import type { Operation } from '../driver.ts';

type Control = NonNullable<Operation['transaction']>;

/**
 * State of a session's transaction, missing in the library's types. The library's own commit and abort cannot be
 * canceled, and its abort hides errors, so both are sent as commands.
 */
interface TransactionState {
  /** Whether no command of the transaction has been sent. */
  readonly isStarting: boolean;
  /** Token of a sharded cluster, for the commit. */
  readonly recoveryToken?: Document;
  transition(state: 'TRANSACTION_COMMITTED' | 'TRANSACTION_ABORTED'): void;
}

/** Transactions of one worker, one after the other, in a session of the server. */
export class MongoTransaction {
  #session: ClientSession | undefined;
  /** Client that the session belongs to. */
  #client: MongoClient | undefined;
  #aborted: Promise<unknown> = Promise.resolve();

  /** Begins a transaction. Nothing is sent: the first command begins it on the server. */
  begin(client: MongoClient, snapshot: boolean): void {
    if (this.#client !== client) this.abandon();
    this.#client = client;
    const session = (this.#session ??= client.startSession());
    // The next transaction of a session ends an earlier one on the server.
    if (session.inTransaction()) stateOf(session).transition('TRANSACTION_ABORTED');
    session.startTransaction(snapshot ? { readConcern: { level: 'snapshot' } } : {});
  }

  /** Session of the transaction's commands; `undefined`: it belonged to a client that has lost its servers. */
  sessionOf(client: MongoClient): ClientSession | undefined {
    return this.#client === client ? this.#session : undefined;
  }

  /** Whether the server knows the transaction. */
  get hasBegun(): boolean {
    return this.#session !== undefined && !stateOf(this.#session).isStarting;
  }

  /** Fields of a commit or abort beside its name. */
  endFields(): Document {
    const recoveryToken = this.#session === undefined ? undefined : stateOf(this.#session).recoveryToken;
    return recoveryToken === undefined ? {} : { recoveryToken };
  }

  /** The server has ended the transaction, or it has not begun there. */
  ended(isCommitted: boolean): void {
    if (this.#session?.inTransaction() !== true) return;
    stateOf(this.#session).transition(isCommitted ? 'TRANSACTION_COMMITTED' : 'TRANSACTION_ABORTED');
  }

  /** Aborts the transaction on the server without waiting: it would keep its locks there for a minute. */
  abandon(): void {
    if (this.#session === undefined) return;
    // Errors are ignored, because an unreachable server aborts it by itself.
    const ended = this.#session.endSession().catch(() => undefined);
    this.#aborted = Promise.all([this.#aborted, ended]);
    this.#session = undefined;
  }

  /** Resolves when the server has replied to the aborts sent so far. A client that closes earlier cuts them off. */
  async aborted(): Promise<void> {
    await this.#aborted;
  }
}

function stateOf(session: ClientSession): TransactionState {
  return (session as unknown as { readonly transaction: TransactionState }).transaction; // excluded from the types
}

/**
 * Refuses options of a begin that MongoDB does not have.
 * @throws {LoadbotError} for an isolation level other than `snapshot`, and for read-only transactions
 */
export function checkTransaction(control: Control): void {
  if (control.kind !== 'begin') return;
  const { isolation, readOnly } = control;
  if (isolation !== undefined && isolation !== 'snapshot') {
    throw new LoadbotError('config_invalid', `MongoDB does not have the isolation level \`${isolation}\``, {
      field: ['transaction', 'isolation'],
      hint: 'remove `isolation`, or use "snapshot"',
    });
  }
  if (readOnly) {
    throw new LoadbotError('config_invalid', 'MongoDB does not have read-only transactions', {
      field: ['transaction', 'read_only'],
      hint: 'remove `read_only`',
    });
  }
}
