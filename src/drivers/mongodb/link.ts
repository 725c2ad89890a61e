import type { Clock, Timer } from '../../core/clock.ts';
import type { Db, MongoClient, MongoClientOptions, MongoLibrary } from './client.ts';
import { isEnding } from './errors.ts';
import { fillPool } from './fill-pool.ts';
import { PoolMeter } from './pool-meter.ts';
import { watchServers } from './server-watch.ts';

export interface LinkOptions {
  readonly library: MongoLibrary;
  /** Connection string; a secret. */
  readonly url: string;
  readonly client: MongoClientOptions;
  /** `undefined`: the connection string's. */
  readonly database: string | undefined;
  /** Connections to open ahead of the first request. */
  readonly sessions: number;
  /** Milliseconds that this may take; what is missing then is opened when it is needed. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Milliseconds that a client may take to say goodbye. */
const CLOSE_MS = 1000;

/**
 * What the sessions of one job on one thread share: a client with a pool of as many connections as there are sessions, which is how
 * applications use the library. A client each would double the connections, as every client watches the server over one of its own.
 * A client that has lost its servers is thrown away; the next request makes another.
 */
export class MongoLink {
  readonly meter = new PoolMeter();
  readonly #options: LinkOptions;
  #client: MongoClient | undefined;
  #opening: Promise<Db> | undefined;
  #db: Db | undefined;
  #closing: Promise<unknown> = Promise.resolve();
  #lostTo: unknown;
  #opened = 0;
  #closed = 0;
  #destroySockets: () => void = () => undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** The database, when there is a server. */
  get db(): Db | undefined {
    return this.#db;
  }

  /** Connections opened so far, in all. */
  get opened(): number {
    return this.#opened;
  }

  /** Finds the server, once for all who ask. */
  async open(): Promise<Db> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** Opens a connection for each session; takes at most the job's timeout twice. */
  async fill(): Promise<void> {
    const { sessions: size, timeoutMs, clock } = this.#options;
    const db = await this.open();
    const atOnce = this.#client?.options.maxConnecting ?? 1;
    await atMost(timeoutMs, fillPool(db, { size, atOnce, open: () => this.#opened - this.#closed }), clock);
  }

  /** The error behind one that only says that its connection was closed. */
  explain(error: unknown): unknown {
    return isEnding(error) && this.#lostTo !== undefined ? this.#lostTo : error;
  }

  /** May be opened again. */
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
    watchServers(client, (reason) => this.#drop(client, reason));
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
    this.#lostTo = reason;
    this.#closing = this.#sayGoodbye(client);
  }

  /** Bounded, because the library waits for the server to hear that its sessions are over. */
  async #sayGoodbye(client: MongoClient): Promise<void> {
    const destroySockets = this.#destroySockets;
    const closed = client.close().catch(() => undefined);
    await atMost(CLOSE_MS, closed, this.#options.clock);
    destroySockets();
  }
}

/** Waits for something, but not for ever. */
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
