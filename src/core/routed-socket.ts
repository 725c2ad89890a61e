import { connect, isIP, type NetConnectOpts, Socket, type TcpNetConnectOpts } from 'node:net';
import { addressBook } from './address-book.ts';

/**
 * What every socket of ours has: requests leave at once, and idle connections are probed after a minute, so that a vanished peer
 * does not hold a worker's connection for ever.
 */
export const SOCKET_OPTIONS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 } as const;

/** Where a connection goes: host and port with the choice among the host's addresses, or a unix socket. */
export type Address = NetConnectOpts;

/** @param host a name or an address, without brackets; `timeoutMs`: what a connection may take */
export function tcpAddress(host: string, port: number, timeoutMs?: number): TcpNetConnectOpts {
  return { host, port, ...addressBook.route(host, port, timeoutMs) };
}

/** Connects and learns which addresses answer. */
export function openSocket(address: Address): Socket {
  return prepare(connect(address), address);
}

/** A socket that connects to a given address, whatever address a client library asks for. */
export class RoutedSocket extends Socket {
  readonly #address: Address;
  #peer: string | undefined;

  constructor(address: Address) {
    super();
    this.#address = address;
  }

  override connect(): this {
    prepare(this, this.#address).once('connect', () => (this.#peer = this.remoteAddress));
    return super.connect(this.#address);
  }

  /** The address that it is or was connected to, of the many that its host may have. */
  get peer(): Address {
    const address = this.#address;
    if ('path' in address || this.#peer === undefined) return address;
    return { ...tcpAddress(this.#peer, address.port) };
  }
}

function prepare<S extends Socket>(socket: S, address: Address): S {
  socket
    .setNoDelay(SOCKET_OPTIONS.noDelay)
    .setKeepAlive(SOCKET_OPTIONS.keepAlive, SOCKET_OPTIONS.keepAliveInitialDelay);
  return 'path' in address || isIP(address.host ?? '') !== 0 ? socket : addressBook.follow(socket);
}
