import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { BSON, type Document, Long } from 'mongodb';

const HEADER_BYTES = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;

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
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
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
    this.#server = createServer((socket) => this.#accept(socket));
  }

  static async start({ supportsTransactions = true } = {}): Promise<MongodbPeer> {
    const peer = new MongodbPeer(supportsTransactions);
    peer.#server.listen(0, '127.0.0.1');
    await once(peer.#server, 'listening');
    return peer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Number of transactions that have begun and not ended. */
  get open(): number {
    return this.#transactions.size;
  }

  killConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Aborts all transactions, as a server does with those that are open for too long. */
  forgetTransactions(): void {
    this.#transactions.clear();
  }

  async stop(): Promise<void> {
    this.killConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    let held = Buffer.alloc(0);
    socket
      .on('error', () => undefined)
      .on('close', () => this.#sockets.delete(socket))
      .on('data', (chunk) => {
        held = Buffer.concat([held, chunk]);
        while (held.length >= 4 && held.length >= held.readInt32LE(0)) {
          const length = held.readInt32LE(0);
          this.#receive(socket, held.subarray(0, length));
          held = held.subarray(length);
        }
      });
  }

  #receive(socket: Socket, message: Buffer): void {
    const execute = (): void => {
      if (!socket.destroyed) socket.write(this.#answer(message));
    };
    if (this.abortDelayMs === 0 || !message.includes('abortTransaction')) return execute();
    this.delayedAborts++;
    setTimeout(execute, this.abortDelayMs);
  }

  #answer(message: Buffer): Buffer {
    const isQuery = message.readInt32LE(12) === OP_QUERY;
    const start = isQuery ? message.indexOf(0, HEADER_BYTES + 4) + 9 : HEADER_BYTES + 5;
    const length = message.readInt32LE(start);
    const command = BSON.deserialize(message.subarray(start, start + length), { promoteLongs: true });
    const document = BSON.serialize(this.#reply(command));
    const head = Buffer.alloc(isQuery ? HEADER_BYTES + 20 : HEADER_BYTES + 5);
    head.writeInt32LE(head.length + document.length, 0);
    head.writeInt32LE(message.readInt32LE(4), 8);
    head.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
    if (isQuery) head.writeInt32LE(1, HEADER_BYTES + 16);
    return Buffer.concat([head, document]);
  }

  #reply(command: Document): Document {
    const [name = ''] = Object.keys(command);
    if (name.toLowerCase() === 'ismaster' || name === 'hello') return this.#hello();
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
    return {
      helloOk: true,
      ismaster: true,
      isWritablePrimary: true,
      ...(this.#supportsTransactions && { setName: 'rs0', hosts: [address], primary: address, me: address }),
      maxBsonObjectSize: 16_777_216,
      maxMessageSizeBytes: 48_000_000,
      maxWriteBatchSize: 100_000,
      logicalSessionTimeoutMinutes: 30,
      minWireVersion: 0,
      maxWireVersion: 21,
      ok: 1,
    };
  }
}

function failed(code: number, errmsg: string, isTransient = false): Document {
  return { ok: 0, code, errmsg, ...(isTransient && { errorLabels: ['TransientTransactionError'] }) };
}

function pick(document: Document, names: readonly string[]): Document {
  return Object.fromEntries(names.flatMap((name) => (name in document ? [[name, document[name] as unknown]] : [])));
}
