import type { Socket } from 'node:net';
import type { MongoClient } from 'mongodb';
import { addressBook } from '../../shared/network/address-book.ts';
import type { ByteMeter } from '../session-base.ts';
import { nextSocket, WireMeter } from '../wire-meter.ts';

/** Identity of a connection in the library's events. */
interface ConnectionEvent {
  readonly address: string;
  readonly connectionId: number | '<monitor>';
}

/**
 * Counts the bytes of a pool's connections. A session cannot see which connection served its request, so the counted
 * bytes are assigned to the next finished request: the sum is correct. Only without TLS, because Node does not publish
 * TLS sockets.
 */
export class PoolMeter implements ByteMeter {
  sentBytes = 0;
  receivedBytes = 0;
  /** Bytes not yet assigned to a request. */
  #sentBytes = 0;
  #receivedBytes = 0;
  readonly #meters = new WeakMap<object, WireMeter>();

  /**
   * Starts to count the bytes of a client's pools.
   * @returns a function that destroys its open connections
   */
  follow(client: MongoClient): () => void {
    const sockets = new Set<Socket>();
    const meters = new Map<string, WireMeter>();
    const read = (event: ConnectionEvent): void => {
      const meter = meters.get(nameOf(event));
      if (meter !== undefined) this.#read(meter);
    };
    client.on('connectionCreated', (event) => {
      // The library creates the socket right after this event.
      nextSocket((socket) => {
        addressBook.trackSocket(socket);
        sockets.add(socket.once('close', () => sockets.delete(socket)));
        const meter = new WireMeter();
        meter.follow(socket);
        meters.set(nameOf(event), meter);
        this.#meters.set(socket, meter);
      });
    });
    client.on('connectionCheckedIn', read);
    client.on('connectionClosed', (event) => {
      read(event);
      meters.delete(nameOf(event));
    });
    return () => sockets.forEach((socket) => socket.destroy());
  }

  /** Returns a function that counts the bytes of a connection since it was counted last. */
  readerOf(socket: object): () => void {
    const meter = this.#meters.get(socket);
    return meter === undefined ? () => undefined : () => this.#read(meter);
  }

  #read(meter: WireMeter): void {
    meter.read();
    this.#sentBytes += meter.sentBytes;
    this.#receivedBytes += meter.receivedBytes;
  }

  read(): void {
    this.sentBytes = this.#sentBytes;
    this.receivedBytes = this.#receivedBytes;
    this.#sentBytes = 0;
    this.#receivedBytes = 0;
  }
}

function nameOf({ address, connectionId }: ConnectionEvent): string {
  return `${address} ${connectionId}`;
}
