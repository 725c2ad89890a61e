import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type ClientFrame, clientFrames, settings, TYPE } from './frames.ts';

/** A connection of a client. */
export interface RawConnection {
  readonly socket: Socket;
  /** Number of the connection, from 0. */
  readonly index: number;
  /** Frames of the client so far. */
  readonly frames: ClientFrame[];
}

interface RawHandlers {
  /** Called when a client has connected; by default it gets empty SETTINGS. */
  readonly onConnection?: ((connection: RawConnection) => void) | undefined;
  /** Called for the HEADERS of each request. */
  readonly onRequest?: ((connection: RawConnection, stream: number) => void) | undefined;
  /** Called for each frame of a client. */
  readonly onFrame?: ((connection: RawConnection, frame: ClientFrame) => void) | undefined;
}

/** An HTTP/2 server that sends any bytes. */
export class RawServer {
  readonly #server: Server;
  readonly connections: RawConnection[] = [];

  private constructor({ onConnection, onRequest, onFrame }: RawHandlers) {
    this.#server = createServer((socket) => {
      const connection = { socket, index: this.connections.length, frames: [] as ClientFrame[] };
      this.connections.push(connection);
      socket.on('error', () => {});
      if (onConnection === undefined) socket.write(settings());
      else onConnection(connection);
      const read = clientFrames();
      socket.on('data', (chunk: Buffer) => {
        for (const each of read(chunk)) {
          connection.frames.push(each);
          onFrame?.(connection, each);
          if (each.type === TYPE.headers) onRequest?.(connection, each.stream);
        }
      });
    });
  }

  static async start(handlers: RawHandlers): Promise<RawServer> {
    const server = new RawServer(handlers);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Frames of all clients so far. */
  get frames(): readonly ClientFrame[] {
    return this.connections.flatMap(({ frames }) => frames);
  }

  async stop(): Promise<void> {
    for (const { socket } of this.connections) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
