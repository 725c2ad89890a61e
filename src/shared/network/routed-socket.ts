import {
  connect,
  isIP,
  type NetConnectOpts,
  type OnReadOpts,
  Socket,
  type SocketConstructorOpts,
  type TcpNetConnectOpts,
} from 'node:net';
import { LoadbotError, messageOf } from '../errors.ts';
import { requireFileAccess } from '../file-access.ts';
import { addressBook } from './address-book.ts';

/**
 * Options of all sockets: no delay, and keep-alive probes after an idle minute, so that a vanished peer does not block
 * a worker's connection forever.
 */
export const SOCKET_OPTIONS = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000 } as const;

/** Destination of a connection: host and port with address selection, or a unix socket. */
export type Address = NetConnectOpts;

/**
 * @param host a name or an address, without brackets
 * @param timeoutMs connect timeout
 */
export function tcpAddress(host: string, port: number, timeoutMs?: number): TcpNetConnectOpts {
  return { host, port, ...addressBook.route(host, port, timeoutMs) };
}

/**
 * Returns the address of a unix socket that a workload names.
 * @throws {LoadbotError} when the workload must not use files there
 */
export function unixAddress(path: string): Address {
  try {
    return { path: requireFileAccess(path) };
  } catch (cause) {
    throw new LoadbotError('config_invalid', `cannot connect to ${path}: ${messageOf(cause)}`, { cause });
  }
}

/** Connects, and learns which addresses respond. */
export function openSocket(address: Address): Socket {
  return prepareSocket(connect(address), address);
}

/** A socket that connects to a fixed address, independent of the address that a client library requests. */
export class RoutedSocket extends Socket {
  readonly #address: Address;
  #peer: string | undefined;

  /** @param onread read buffer and callback, instead of `data` events */
  constructor(address: Address, onread?: OnReadOpts) {
    // The types of Node lack the option.
    const options: SocketConstructorOpts & Pick<TcpNetConnectOpts, 'onread'> = onread === undefined ? {} : { onread };
    super(options);
    this.#address = address;
  }

  override connect(): this {
    prepareSocket(this, this.#address).once('connect', () => (this.#peer = this.remoteAddress));
    return super.connect(this.#address);
  }

  /** Address to which it is or was connected, one of those of its host. */
  get peer(): Address {
    const address = this.#address;
    if ('path' in address || this.#peer === undefined) return address;
    return { ...tcpAddress(this.#peer, address.port) };
  }
}

/** Sets the options of all sockets on a connecting one, and learns which addresses respond. */
export function prepareSocket<S extends Socket>(socket: S, address: Address): S {
  socket
    .setNoDelay(SOCKET_OPTIONS.noDelay)
    .setKeepAlive(SOCKET_OPTIONS.keepAlive, SOCKET_OPTIONS.keepAliveInitialDelay);
  return 'path' in address || isIP(address.host ?? '') !== 0 ? socket : addressBook.trackSocket(socket);
}
