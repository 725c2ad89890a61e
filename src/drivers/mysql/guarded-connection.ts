import type { Duplex } from 'node:stream';
import type { Connection, ConnectionOptions } from 'mysql2';
import { type Address, RoutedSocket } from '../../shared/network/routed-socket.ts';
import { FrameReader, guardStream, watchWrites } from '../frame-guard.ts';
import { MysqlFrames } from './frames.ts';

/** Address, credentials and TLS settings of a server. */
export interface MysqlTarget {
  readonly createConnection: (options: ConnectionOptions) => Connection;
  readonly config: ConnectionOptions;
  readonly address: Address;
}

/** A connection of the client library over a socket whose packets are validated before the library reads them. */
export interface GuardedConnection {
  readonly connection: Connection;
  readonly wire: RoutedSocket;
  readonly frames: MysqlFrames;
}

/** TLS upgrade of the library, after the server has agreed to TLS: wraps `stream`. Missing in its types. */
interface TlsUpgrade {
  stream: Duplex;
  startTLS?(secured: (error?: Error) => void): void;
}

/** Starts to connect over a socket that is not connected yet. */
export function guardedConnection(
  { createConnection, config, address }: MysqlTarget,
  wire = new RoutedSocket(address),
): GuardedConnection {
  const frames = new MysqlFrames();
  const reader = new FrameReader(frames);
  const guard = (stream: Duplex): void => {
    guardStream(stream, reader);
    watchWrites(stream, (bytes) => frames.packetSent(bytes));
  };
  const connection = createConnection({ ...config, stream: wire });
  const upgrade = connection as unknown as TlsUpgrade;
  const startTls = upgrade.startTLS?.bind(connection);
  if (startTls !== undefined) {
    upgrade.startTLS = (secured) => {
      startTls(secured);
      guard(upgrade.stream);
    };
  }
  wire.connect();
  guard(wire);
  return { connection, wire, frames };
}
