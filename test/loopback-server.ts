import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';

/** A TCP server of a test on a free port of loopback. */
export abstract class LoopbackServer {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer({ noDelay: true }, (socket) => {
    this.#sockets.add(socket.on('close', () => this.#sockets.delete(socket)).on('error', () => {}));
    this.accept(socket);
  });

  /** Serves a client; its errors are handled. */
  protected abstract accept(socket: Socket): void;

  async listen(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return this;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** Closes all connections and the port. */
  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server.close(), 'close');
  }
}
