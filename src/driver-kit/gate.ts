import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Behavior of the gate for bytes from the server. */
type Mode =
  | { readonly kind: 'pass' }
  /** Bytes of the server are dropped. */
  | { readonly kind: 'silent' }
  /** One byte every few milliseconds. */
  | { readonly kind: 'drip' }
  /** The connection is reset at the first bytes of the client. */
  | { readonly kind: 'reset' }
  /** The connection is reset once this many more bytes have passed. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** The client receives invalid data instead. */
  | { readonly kind: 'garbage' };

/** Wrong from its first bytes, in text protocols and as the header of a TLS record or an HTTP/2 frame. */
const NONSENSE = '!!!! this is no protocol\r\n\r\n'.repeat(4);

/** A connection of a client. */
interface Passage {
  open: boolean;
  fromClientBytes: number;
  toClientBytes: number;
}

/**
 * Stands between a driver and a real server, for any protocol: passes bytes through and counts them, or breaks the
 * connection in one of the ways in which networks and servers do.
 */
export class Gate {
  readonly #targetPort: number;
  readonly #clients = new Map<Socket, Passage>();
  readonly #dripping = new Map<Socket, Buffer>();
  #server: Server | undefined;
  #mode: Mode = { kind: 'pass' };
  port = 0;
  /** Connections accepted so far, in order. */
  readonly passages: Passage[] = [];

  constructor(targetPort: number) {
    this.#targetPort = targetPort;
  }

  /** Number of connections accepted so far. */
  get accepted(): number {
    return this.passages.length;
  }

  /** Open connections of clients. */
  get open(): number {
    return this.#clients.size;
  }

  /** Listens, on the same port as before when it did so before. */
  async start(): Promise<void> {
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** Refuses connections from now on and breaks those there are. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    for (const client of this.#clients.keys()) client.destroy();
    server.close();
    await once(server, 'close');
  }

  /** From now on, for open connections as well as new ones. */
  behave(mode: Mode): void {
    this.#mode = mode;
  }

  /** Ends every connection politely, as a server does that has waited long enough. */
  async endConnections(): Promise<void> {
    await Promise.all(
      [...this.#clients.keys()].map(async (client) => {
        client.end();
        await once(client, 'close');
      }),
    );
  }

  #accept(client: Socket): void {
    const passage: Passage = { open: true, fromClientBytes: 0, toClientBytes: 0 };
    this.passages.push(passage);
    this.#clients.set(client, passage);
    const server = connect(this.#targetPort, '127.0.0.1');
    client.setNoDelay(true).on('error', ignore);
    server.setNoDelay(true).on('error', ignore);
    client.on('close', () => {
      passage.open = false;
      this.#clients.delete(client);
      server.destroy();
    });
    server.on('close', () => client.destroy());
    client.on('data', (chunk) => {
      passage.fromClientBytes += chunk.length;
      if (this.#mode.kind === 'reset') client.resetAndDestroy();
      else if (this.#mode.kind === 'garbage') client.write(NONSENSE);
      else server.write(chunk);
    });
    client.on('end', () => server.end());
    server.on('data', (chunk) => this.#forward(client, chunk));
    server.on('end', () => {
      if (this.#mode.kind === 'pass') client.end();
    });
  }

  #forward(client: Socket, chunk: Buffer): void {
    const mode = this.#mode;
    if (mode.kind === 'pass') this.#write(client, chunk);
    else if (mode.kind === 'drip') this.#drip(client, chunk);
    else if (mode.kind === 'cut') this.#cut(client, chunk, mode.afterBytes);
  }

  #write(client: Socket, chunk: Buffer, written?: () => void): void {
    if (!client.writable) return;
    const passage = this.#clients.get(client);
    if (passage !== undefined) passage.toClientBytes += chunk.length;
    client.write(chunk, written);
  }

  #drip(client: Socket, chunk: Buffer): void {
    const waiting = this.#dripping.get(client);
    this.#dripping.set(client, Buffer.concat([waiting ?? Buffer.alloc(0), chunk]));
    if (waiting === undefined) this.#dripNext(client);
  }

  #dripNext(client: Socket): void {
    const waiting = this.#dripping.get(client);
    if (waiting === undefined || waiting.length === 0 || client.destroyed) {
      this.#dripping.delete(client);
      return;
    }
    this.#write(client, waiting.subarray(0, 1));
    this.#dripping.set(client, waiting.subarray(1));
    setTimeout(() => this.#dripNext(client), 5);
  }

  #cut(client: Socket, chunk: Buffer, afterBytes: number): void {
    const part = chunk.subarray(0, afterBytes);
    this.#mode = { kind: 'cut', afterBytes: afterBytes - part.length };
    // A reset discards the client's buffer, so the bytes get a moment to be read.
    this.#write(client, part, () => {
      if (afterBytes <= chunk.length) setTimeout(() => client.resetAndDestroy(), 20);
    });
  }
}

function ignore(): void {}
