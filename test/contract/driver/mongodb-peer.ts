import { type Document, Long } from 'mongodb';
import { helloReply, MongodbWire, type ReceivedCommand } from './mongodb-wire.ts';

/** Transaction of a session, from its first command to its end. */
interface OpenTransaction {
  readonly number: number;
  /** Commits of others that it does not see begin after this one. */
  readonly snapshot: number;
  added: number;
}

/**
 * A server with MongoDB's wire protocol and the rules of its transactions, for one counter: sessions, snapshots,
 * conflicts of writes, and transactions that outlive their connections. It replaces a replica set, which this machine
 * cannot install; its replies have the codes and labels of MongoDB 7.
 */
export class MongodbPeer {
  #wire: MongodbWire | undefined;
  readonly #transactions = new Map<string, OpenTransaction>();
  readonly #supportsTransactions: boolean;
  #commits = 0;
  counter = 0;
  /** Names of the commands received in transactions, in order, with the fields that make them part of one. */
  readonly commands: Document[] = [];
  /** Delay before an abort is executed, if its connection is still open then, in milliseconds. */
  abortDelayMs = 0;
  delayedAborts = 0;

  private constructor(supportsTransactions: boolean) {
    this.#supportsTransactions = supportsTransactions;
  }

  static async start({ supportsTransactions = true } = {}): Promise<MongodbPeer> {
    const peer = new MongodbPeer(supportsTransactions);
    peer.#wire = await MongodbWire.start((received) => peer.#receive(received));
    return peer;
  }

  get port(): number {
    return this.#wire!.port; // started
  }

  /** Number of transactions that have begun and not ended. */
  get open(): number {
    return this.#transactions.size;
  }

  killConnections(): void {
    this.#wire?.killConnections();
  }

  /** Aborts all transactions, as a server does with those that are open for too long. */
  forgetTransactions(): void {
    this.#transactions.clear();
  }

  async stop(): Promise<void> {
    await this.#wire?.stop();
  }

  #receive({ name, command, isHello, reply }: ReceivedCommand): void {
    const execute = (): void => reply(isHello ? this.#hello() : this.#reply(name, command));
    if (this.abortDelayMs === 0 || name !== 'abortTransaction') return execute();
    this.delayedAborts++;
    setTimeout(execute, this.abortDelayMs);
  }

  #reply(name: string, command: Document): Document {
    if (command['autocommit'] !== false) return this.#execute(name, command, undefined);
    this.commands.push({ name, ...pick(command, ['startTransaction', 'readConcern', 'writeConcern', '$db']) });
    if (!this.#supportsTransactions)
      return failed(20, 'Transaction numbers are only allowed on a replica set member or mongos');
    const session = Buffer.from(command['lsid'].id.buffer).toString('hex');
    const number = Number(command['txnNumber']);
    if (command['startTransaction'] === true)
      this.#transactions.set(session, { number, snapshot: this.#commits, added: 0 });
    const transaction = this.#transactions.get(session);
    if (transaction?.number !== number)
      return failed(251, `Given transaction number ${number} does not match any in-progress transactions`, true);
    if (name === 'commitTransaction' || name === 'abortTransaction') {
      this.#transactions.delete(session);
      if (name === 'commitTransaction') this.#store(transaction.added);
      return { ok: 1 };
    }
    if (command['writeConcern'] !== undefined)
      return failed(72, 'writeConcern is not allowed within a multi-statement transaction');
    const reply = this.#execute(name, command, transaction);
    if (reply['ok'] === 0) this.#transactions.delete(session);
    return reply;
  }

  #execute(name: string, command: Document, transaction: OpenTransaction | undefined): Document {
    switch (name) {
      case 'ping':
      case 'endSessions':
        return { ok: 1 };
      case 'find': {
        const n = this.counter + (transaction?.added ?? 0);
        const rows =
          command['filter']?.none === true ? [] : [{ _id: 'a', n, big: Long.fromString('9007199254740993') }];
        return { cursor: { firstBatch: rows, id: Long.ZERO, ns: 'test.counters' }, ok: 1 };
      }
      case 'update':
        return this.#add(transaction);
      default:
        return failed(59, `no such command: '${name}'`);
    }
  }

  #add(transaction: OpenTransaction | undefined): Document {
    if (transaction === undefined) this.#store(1);
    else {
      const others = [...this.#transactions.values()].filter((other) => other !== transaction && other.added > 0);
      if (others.length > 0 || transaction.snapshot < this.#commits)
        return failed(112, 'Write conflict during plan execution and yielding is disabled', true);
      transaction.added++;
    }
    return { n: 1, nModified: 1, ok: 1 };
  }

  #store(added: number): void {
    this.counter += added;
    if (added > 0) this.#commits++;
  }

  #hello(): Document {
    const address = `127.0.0.1:${this.port}`;
    return helloReply(
      this.#supportsTransactions ? { setName: 'rs0', hosts: [address], primary: address, me: address } : {},
    );
  }
}

function failed(code: number, errmsg: string, isTransient = false): Document {
  return { ok: 0, code, errmsg, ...(isTransient && { errorLabels: ['TransientTransactionError'] }) };
}

function pick(document: Document, names: readonly string[]): Document {
  return Object.fromEntries(names.flatMap((name) => (name in document ? [[name, document[name] as unknown]] : [])));
}
