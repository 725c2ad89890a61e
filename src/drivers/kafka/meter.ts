import type { ByteMeter } from '../session-base.ts';
import { type ByteCounters, WireMeter } from '../wire-meter.ts';

/** Counts the bytes of all connections of a session. */
export class ConnectionsMeter implements ByteMeter {
  sentBytes = 0;
  receivedBytes = 0;
  #meters: WireMeter[] = [];
  /** Meters of closed connections, which are read once more. */
  #closed: WireMeter[] = [];

  /** Adds a connection that has not transferred any byte yet. */
  follow(wire: ByteCounters): void {
    const meter = new WireMeter();
    meter.follow(wire);
    this.#meters.push(meter);
  }

  /** Forgets all connections after the next `read`. */
  closeAll(): void {
    this.#closed.push(...this.#meters);
    this.#meters = [];
  }

  read(): void {
    this.sentBytes = this.receivedBytes = 0;
    for (const meter of [...this.#closed, ...this.#meters]) {
      meter.read();
      this.sentBytes += meter.sentBytes;
      this.receivedBytes += meter.receivedBytes;
    }
    this.#closed = [];
  }
}
