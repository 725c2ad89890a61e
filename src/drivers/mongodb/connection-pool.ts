import type * as mongodb from 'mongodb';
import type { Db, MongoClient, MongoClientOptions } from 'mongodb';
import { type Clock, settlesWithTimeout } from '../../shared/clock.ts';
import type { ErrorClass } from '../../shared/outcome.ts';
import { isConnectionClosedError, classifyMongoError } from './errors.ts';
import { PoolMeter } from './pool-meter.ts';

/** The `mongodb` package, imported on demand. */
export type MongoLibrary = typeof mongodb;

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
    const filling = fillPool(db, { size, atOnce, open: () => this.#opened - this.#closed });
    if (await settlesWithTimeout(clock, timeoutMs, filling)) await filling;
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
    await settlesWithTimeout(this.#options.clock, CLIENT_CLOSE_TIMEOUT_MS, closed);
    destroySockets();
  }
}

interface Filling {
  /** Number of connections to reach. */
  readonly size: number;
  /** Maximum number of connections that the library opens concurrently. */
  readonly atOnce: number;
  /** Current number of connections. */
  readonly open: () => number;
}

/**
 * Opens connections ahead of the first request. The library opens one only when a command finds no idle connection, so
 * each round sends one command per connection plus some more. Ends early when a round opens none.
 * @throws the first command's error when no command succeeded
 */
export async function fillPool(db: Db, { size, atOnce, open }: Filling): Promise<void> {
  for (let before = -1, now = open(); now < size && now > before; before = now, now = open()) {
    const commands = Array.from({ length: Math.min(now + atOnce, size) }, () => db.command({ ping: 1 }));
    const answers = await Promise.allSettled(commands);
    const [first] = answers;
    if (first?.status === 'rejected' && answers.every(({ status }) => status === 'rejected')) throw first.reason;
  }
}

/** Connect errors that mark a server as lost at once. */
const CONCLUSIVE: ReadonlySet<ErrorClass> = new Set(['refused', 'dns', 'tls', 'protocol', 'driver']);
/**
 * The same for a server that has responded before. It supports the protocol, so a single corrupted message proves
 * nothing.
 */
const CONCLUSIVE_LATER: ReadonlySet<ErrorClass> = new Set(['refused', 'dns']);

/**
 * Detects from the library's heartbeats that no server is left. The library would wait for a server to return, with
 * every request pending; the driver fails at once, as with any other target. A single closed connection
 * proves nothing and two in a row are conclusive; a slow heartbeat proves nothing.
 */
export function monitorServers(client: MongoClient, gone: (reason: Error) => void): void {
  const failures = new Map<string, number>();
  const lost = new Set<string>();
  const hasAnswered = new Set<string>();
  let servers = 1;
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    servers = newDescription.servers.size;
  });
  client.on('serverHeartbeatSucceeded', ({ connectionId: address }) => {
    hasAnswered.add(address);
    failures.delete(address);
    lost.delete(address);
  });
  client.on('serverHeartbeatFailed', ({ connectionId: address, failure }) => {
    const { errorClass } = classifyMongoError(failure);
    if (errorClass === 'timeout') return;
    const inARow = (failures.get(address) ?? 0) + 1;
    failures.set(address, inARow);
    const conclusive = hasAnswered.has(address) ? CONCLUSIVE_LATER : CONCLUSIVE;
    if (inARow > 1 || conclusive.has(errorClass)) lost.add(address);
    if (lost.size >= servers) gone(failure);
  });
}
