import type { ByteCounters } from '../../wire-meter.ts';
import type { SessionSocket } from './session-socket.ts';

/**
 * Bytes of a socket that belong to one of the workers which share it: those since the previous worker's last reading.
 * So the bytes of all workers add up to those of the socket.
 */
export class SessionBytes implements ByteCounters {
  readonly #socket: SessionSocket;
  #written = 0;
  #read = 0;

  constructor(socket: SessionSocket) {
    this.#socket = socket;
  }

  get bytesWritten(): number {
    return (this.#written += this.#socket.takeWritten());
  }

  get bytesRead(): number {
    return (this.#read += this.#socket.takeRead());
  }
}
