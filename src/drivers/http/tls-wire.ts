import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { ByteCounters } from '../wire-meter.ts';

/**
 * Counts the bytes on the wire below a TLS socket that has opened its own connection: handshakes, records and alerts.
 * The socket counts plain text. The counters are those of the handle below it, which Node does not document.
 */
export class TlsWire implements ByteCounters {
  /** Counters of the open connection; `undefined`: not connected yet, or closed. */
  #open: ByteCounters | undefined;
  /** Bytes of a closed connection. */
  #written = 0;
  #read = 0;

  /** @param socket not connected yet: each address that it tries has a handle of its own */
  constructor(socket: TLSSocket) {
    socket.once('connect', () => (this.#open = countersBelow(socket)));
    socket.once('close', () => this.#close());
  }

  get bytesWritten(): number {
    return this.#open === undefined ? this.#written : this.#open.bytesWritten;
  }

  get bytesRead(): number {
    return this.#open === undefined ? this.#read : this.#open.bytesRead;
  }

  #close(): void {
    this.#written = this.bytesWritten;
    this.#read = this.bytesRead;
    this.#open = undefined;
  }
}

let isCountable: boolean | undefined;

/**
 * Whether this version of Node has the counters below a TLS socket. Checked once, on a socket that does not connect.
 * @param secureContext any; creating one takes milliseconds
 */
export function canCountBelowTls(secureContext: SecureContext | undefined): boolean {
  isCountable ??= hasCounters(secureContext);
  return isCountable;
}

function hasCounters(secureContext: SecureContext | undefined): boolean {
  // A lookup that never ends.
  const socket = connect({ host: 'name.invalid', port: 1, lookup: () => undefined, secureContext });
  const counters = countersBelow(socket);
  socket.destroy();
  return counters !== undefined;
}

function countersBelow(socket: TLSSocket): ByteCounters | undefined {
  const counters = propertyOf(propertyOf(socket, '_handle'), '_parent');
  return isCounting(counters) ? counters : undefined;
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function isCounting(value: unknown): value is ByteCounters {
  return typeof propertyOf(value, 'bytesWritten') === 'number' && typeof propertyOf(value, 'bytesRead') === 'number';
}
