import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A connection whose upgrade is not answered yet. */
interface RawConnection {
  readonly socket: Socket;
  /** A correct answer to the upgrade. */
  readonly accepted: string;
}

/** A server that sends any bytes. */
export class RawServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  port = 0;
  connections = 0;

  private constructor(onUpgrade: (connection: RawConnection) => void, onFrame: (socket: Socket) => void) {
    this.#server = createServer((socket) => {
      this.connections++;
      this.#sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
      let head = '';
      let isUpgraded = false;
      socket.on('data', (chunk) => {
        if (isUpgraded) {
          onFrame(socket);
          return;
        }
        head += chunk.toString('latin1');
        if (!head.includes('\r\n\r\n')) return;
        isUpgraded = true;
        const [, key = ''] = /sec-websocket-key: (.*)\r\n/.exec(head) ?? [];
        onUpgrade({ socket, accepted: acceptedHead(key) });
      });
    });
  }

  /**
   * Starts a server.
   * @param onUpgrade answers the upgrade of each connection
   * @param onFrame called for each arrival of bytes after it
   */
  static async start(
    onUpgrade: (connection: RawConnection, index: number) => void,
    onFrame: (socket: Socket) => void = () => {},
  ): Promise<RawServer> {
    let connections = 0;
    const server = new RawServer((connection) => onUpgrade(connection, connections++), onFrame);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    server.port = (server.#server.address() as AddressInfo).port;
    return server;
  }

  /** Open connections. */
  get open(): number {
    return this.#sockets.size;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

function acceptedHead(key: string): string {
  const accept = createHash('sha1')
    .update(key + GUID)
    .digest('base64');
  return `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
}

/** A frame of a server. @param first FIN, RSV and opcode */
export function serverFrame(first: number, payload: string | Buffer = ''): Buffer {
  const bytes = Buffer.from(payload);
  if (bytes.length < 126) return Buffer.concat([Buffer.from([first, bytes.length]), bytes]);
  const head = Buffer.from([first, 126, 0, 0]);
  head.writeUInt16BE(bytes.length, 2);
  return Buffer.concat([head, bytes]);
}
