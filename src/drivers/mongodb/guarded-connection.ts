import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Document } from 'mongodb';
import { addressBook } from '../../shared/network/address-book.ts';
import { guardStream, watchWrites } from '../frame-guard.ts';
import { type CommandOptions, type LibraryConnection, MessageRouter, TakenConnection } from './taken-connection.ts';

/** The library's class for a connection over a socket, and its replacement. */
type ConnectionType = new (stream: Duplex, options: unknown) => LibraryConnection;

/** Key of a command that is not sent: its value receives the connection that the library would have sent it over. */
const TAKE = Symbol('take');

interface TakeCommand extends Document {
  readonly [TAKE]?: (connection: TakenConnection) => void;
}

/**
 * Creates a command for the library's `command`, which takes an open and authenticated connection out of the pool
 * until it is given back. The library chooses the server and opens a connection if none is idle.
 */
export function takeCommand(taken: (connection: TakenConnection) => void): Document {
  return { ping: 1, [TAKE]: taken };
}

/** File of the class, which the library does not export. */
const CONNECTION_FILE = 'mongodb/lib/cmap/connection.js';

/** Client option that replaces the connection class, and whether its connections can be taken. */
interface GuardedConnections {
  readonly client: object;
  readonly canBeTaken: boolean;
}

/**
 * Replaces the connection class of the library. All connections, monitoring included, then validate each message
 * before the library reads it, and the address book learns from each. If this version of the library has its class
 * elsewhere, neither happens.
 */
export async function guardedConnections(): Promise<GuardedConnections> {
  const type = await loadConnectionType();
  if (type === undefined) return { client: {}, canBeTaken: false };
  return {
    client: { connectionType: guardedType(type) },
    canBeTaken: typeof (type.prototype as LibraryConnection).prepareCommand === 'function',
  };
}

async function loadConnectionType(): Promise<ConnectionType | undefined> {
  try {
    const file = (await import(CONNECTION_FILE)) as { readonly Connection?: ConnectionType };
    return file.Connection;
  } catch {
    return undefined;
  }
}

function guardedType(Connection: ConnectionType): ConnectionType {
  return class extends Connection {
    readonly #stream: Duplex;
    readonly #router: MessageRouter;

    constructor(stream: Duplex, options: unknown) {
      // With TLS, the TLS socket is the first to be passed.
      if (stream instanceof Socket) addressBook.learn(stream);
      const router = new MessageRouter();
      guardStream(stream, router);
      // The library writes each message in one piece.
      watchWrites(stream, (message) => router.frames.requestSent(message));
      super(stream, options);
      this.#stream = stream;
      this.#router = router;
    }

    override async command(
      namespace: { readonly db: string },
      command: TakeCommand,
      options: CommandOptions = {},
      type?: unknown,
    ): Promise<unknown> {
      const take = command[TAKE];
      if (take === undefined) return super.command(namespace, command, options, type);
      if (this.error !== null) throw this.error;
      options.signal?.throwIfAborted();
      const prepared = this.prepareCommand?.(namespace.db, {}, { ...options, session: undefined });
      const { $clusterTime: _, ...fields } = prepared?.command ?? {};
      return new Promise((resolve, reject) => {
        const giveBack = (error: unknown): void => (error === undefined ? resolve({ ok: 1 }) : reject(error));
        take(new TakenConnection({ connection: this, stream: this.#stream, router: this.#router, fields, giveBack }));
      });
    }
  };
}
