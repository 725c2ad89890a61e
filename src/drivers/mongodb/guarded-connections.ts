import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { addressBook } from '../../shared/network/address-book.ts';
import { FrameReader, guardStream, watchWrites } from '../frame-guard.ts';
import { MongoFrames } from './frames.ts';

/** The library's class for a connection over a socket, and its replacement. */
type ConnectionType = new (stream: Duplex, options: unknown) => object;

/** File of the class, which the library does not export. */
const CONNECTION_FILE = 'mongodb/lib/cmap/connection.js';

/**
 * Client option that replaces the connection class. All connections, monitoring included, then validate each message
 * before the library reads it, and the address book learns from each. Empty when this version of the library has its
 * class elsewhere: then neither happens.
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
      // With TLS, the TLS socket is the first to be passed.
      if (stream instanceof Socket) addressBook.learn(stream);
      const frames = new MongoFrames();
      guardStream(stream, new FrameReader(frames));
      // The library writes each message in one piece.
      watchWrites(stream, (message) => frames.requestSent(message));
      super(stream, options);
    }
  };
}
