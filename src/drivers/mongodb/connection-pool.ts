import type { Clock, Timer } from '../../shared/clock.ts';
import type { Db, MongoClient, MongoClientOptions, MongoLibrary } from './client.ts';
import { isConnectionClosedError } from './errors.ts';
import { fillPool } from './fill-pool.ts';
import { PoolMeter } from './pool-meter.ts';
import { monitorServers } from './server-monitor.ts';

export interface MongoPoolOptions {
  readonly library: MongoLibrary;
  /** Connection string. A secret. */
  readonly url: string;
  readonly client: MongoClientOptions;
  /** `undefined`: the database of the connection string. */
  readonly database: string | undefined;
  /** Number of connections to open ahead of the first request. */
  readonly sessions: number;
  /** Timeout for these connections, in milliseconds; missing ones are opened on demand. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Timeout for an orderly close of a client, in milliseconds. */
const CLIENT_CLOSE_TIMEOUT_MS = 1000;

/**
 * Client shared by the sessions of one job on one thread, with a pool of one connection per session, which is how
 * applications use the library. One client per session would double the connections, because every client monitors the
 * server over a separate one. A client that has lost its servers is discarded; the next request creates another.
 */
export class MongoConnectionPool {
  readonly meter = new PoolMeter();
  readonly #options: MongoPoolOptions;
  #client: MongoClient | undefined;
  #opening: Promise<Db> | undefined;
  #db: Db | undefined;
  #closing: Promise<unknown> = Promise.resolve();
  #lossReason: unknown;
  #opened = 0;
  #closed = 0;
  #destroySockets: () => void = () => undefined;

  constructor(options: MongoPoolOptions) {
    this.#options = options;
  }

  /** The database, once a server is available. */
  get db(): Db | undefined {
    return this.#db;
  }

  /** Number of connections opened so far. */
  get opened(): number {
    return this.#opened;
  }

  /** Connects to the server, once for all callers. */
  async open(): Promise<Db> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** Opens a connection for each session. Takes at most twice the job's timeout. */
  async fill(): Promise<void> {
    const { sessions: size, timeoutMs, clock } = this.#options;
    const db = await this.open();
    const atOnce = this.#client?.options.maxConnecting ?? 1;
    await atMost(timeoutMs, fillPool(db, { size, atOnce, open: () => this.#opened - this.#closed }), clock);
  }

  /** Returns the cause of an error that only reports a closed connection, else the error. */
  explain(error: unknown): unknown {
    return isConnectionClosedError(error) && this.#lossReason !== undefined ? this.#lossReason : error;
  }

  /** Closes the client. `open` may be called again. */
  async close(): Promise<void> {
    if (this.#client !== undefined) this.#drop(this.#client, undefined);
    await this.#closing;
  }

  async #open(): Promise<Db> {
    const { library, url, client: clientOptions, database } = this.#options;
    const client = new library.MongoClient(url, clientOptions);
    this.#client = client;
    this.#destroySockets = this.meter.follow(client);
    client.on('connectionReady', () => this.#opened++);
    client.on('connectionClosed', () => this.#closed++);
    monitorServers(client, (reason) => this.#drop(client, reason));
    try {
      await client.connect();
      const db = client.db(database);
      if (this.#client === client) this.#db = db;
      return db;
    } catch (error) {
      const reason = this.explain(error);
      this.#drop(client, reason);
      throw reason;
    }
  }

  #drop(client: MongoClient, reason: unknown): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#opening = undefined;
    this.#db = undefined;
    this.#lossReason = reason;
    this.#closing = this.#closeClient(client);
  }

  /** Closes the client with a timeout, because the library waits for the server to end its sessions. */
  async #closeClient(client: MongoClient): Promise<void> {
    const destroySockets = this.#destroySockets;
    const closed = client.close().catch(() => undefined);
    await atMost(CLIENT_CLOSE_TIMEOUT_MS, closed, this.#options.clock);
    destroySockets();
  }
}

/** Waits for a promise, with a timeout. */
async function atMost(delayMs: number, something: Promise<void>, clock: Clock): Promise<void> {
  let timer: Timer | undefined;
  const over = new Promise<void>((resolve) => {
    timer = clock.after(delayMs, resolve);
  });
  try {
    await Promise.race([something, over]);
  } finally {
    timer?.cancel();
  }
}
