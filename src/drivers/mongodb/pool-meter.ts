import type { Socket } from 'node:net';
import { addressBook } from '../../core/address-book.ts';
import type { Exchange } from '../driver.ts';
import { nextSocket } from '../next-socket.ts';
import { WireMeter } from '../wire-meter.ts';
import type { MongoClient } from './client.ts';

/** What tells connections apart in the library's events. */
interface ConnectionEvent {
  readonly address: string;
  readonly connectionId: number | '<monitor>';
}

/**
 * Counts the bytes that the connections of a pool move. A session does not know which of them it got for a request, so what was
 * counted goes to whoever is done next: right in sum. Without TLS only, as Node does not tell of TLS sockets.
 */
export class PoolMeter {
  /** Not yet handed on. */
  #sentBytes = 0;
  #receivedBytes = 0;

  /**
   * Counts what the pools of a client move from now on.
   * @returns destroys those of its connections that are still open
   */
  follow(client: MongoClient): () => void {
    const sockets = new Set<Socket>();
    const meters = new Map<string, WireMeter>();
    const read = (event: ConnectionEvent): void => {
      const meter = meters.get(nameOf(event));
      if (meter === undefined) return;
      meter.read();
      this.#sentBytes += meter.sentBytes;
      this.#receivedBytes += meter.receivedBytes;
    };
    client.on('connectionCreated', (event) => {
      // The library makes the socket right after it said so.
      nextSocket((socket) => {
        addressBook.follow(socket);
        sockets.add(socket.once('close', () => sockets.delete(socket)));
        const meter = new WireMeter();
        meter.follow(socket);
        meters.set(nameOf(event), meter);
      });
    });
    client.on('connectionCheckedIn', read);
    client.on('connectionClosed', (event) => {
      read(event);
      meters.delete(nameOf(event));
    });
    return () => sockets.forEach((socket) => socket.destroy());
  }

  /** Hands on what was counted since the last time. */
  settle(exchange: Exchange): void {
    exchange.sentBytes = this.#sentBytes;
    exchange.receivedBytes = this.#receivedBytes;
    this.#sentBytes = 0;
    this.#receivedBytes = 0;
  }
}

function nameOf({ address, connectionId }: ConnectionEvent): string {
  return `${address} ${connectionId}`;
}
