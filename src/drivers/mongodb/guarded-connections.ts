import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { addressBook } from '../../core/address-book.ts';
import { FrameReader, guardStream, watchWrites } from '../frame-guard.ts';
import { MongoFrames } from './frames.ts';

/** The library's class for a connection over a socket, and one that it may be given instead. */
type ConnectionType = new (stream: Duplex, options: unknown) => object;

/** Where the library has its class, which it does not export. */
const CONNECTION_FILE = 'mongodb/lib/cmap/connection.js';

/**
 * The option of a client that makes its connections, those that watch the servers included, check each message before
 * the library reads it, and the address book learn from each. Empty when this version of the library keeps its class
 * elsewhere: neither happens then.
 */
export async function guardedConnections(): Promise<object> {
  const type = await loadConnectionType();
  return type === undefined ? {} : { connectionType: guardedType(type) };
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
    constructor(stream: Duplex, options: unknown) {
      // A TLS socket is seen here first.
      if (stream instanceof Socket) addressBook.learn(stream);
      const frames = new MongoFrames();
      guardStream(stream, new FrameReader(frames));
      // The library writes each message whole.
      watchWrites(stream, (message) => frames.requestSent(message));
      super(stream, options);
    }
  };
}
