import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer, type TlsOptions, TLSSocket } from 'node:tls';
import { BSON, type Document } from 'mongodb';

const HEADER_BYTES = 16;
const OP_REPLY = 1;
const OP_QUERY = 2004;
const OP_MSG = 2013;
const MORE_TO_COME = 2;

/** A command that a server has received. */
export interface ReceivedCommand {
  readonly name: string;
  readonly command: Document;
  readonly isHello: boolean;
  /** Common name of the certificate of the client; absent: it has none. */
  readonly client: string | undefined;
  /** Sends a reply, if one is wanted and the connection is still open. @param change of the bytes of the message */
  readonly reply: (document: Document, change?: (message: Buffer) => Buffer) => void;
}

/** A server with MongoDB's wire protocol, whose replies a test decides. */
export class MongodbWire {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #received: (command: ReceivedCommand) => void;

  private constructor(received: (command: ReceivedCommand) => void, tls: TlsOptions | undefined) {
    this.#received = received;
    const accept = (socket: Socket): void => this.#accept(socket);
    this.#server = tls === undefined ? createServer(accept) : createSecureServer(tls, accept);
  }

  /** @param tls options of a server with TLS; absent: without */
  static async start(received: (command: ReceivedCommand) => void, tls?: TlsOptions): Promise<MongodbWire> {
    const wire = new MongodbWire(received, tls);
    wire.#server.listen(0, '127.0.0.1');
    await once(wire.#server, 'listening');
    return wire;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  killConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.killConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    let held = Buffer.alloc(0);
    socket
      .on('error', () => undefined)
      .on('close', () => this.#sockets.delete(socket))
      .on('data', (chunk) => {
        held = Buffer.concat([held, chunk]);
        while (held.length >= 4 && held.length >= held.readInt32LE(0)) {
          const length = held.readInt32LE(0);
          this.#receive(socket, held.subarray(0, length));
          held = held.subarray(length);
        }
      });
  }

  #receive(socket: Socket, message: Buffer): void {
    const isQuery = message.readInt32LE(12) === OP_QUERY;
    const start = isQuery ? message.indexOf(0, HEADER_BYTES + 4) + 9 : HEADER_BYTES + 5;
    const length = message.readInt32LE(start);
    const command = BSON.deserialize(message.subarray(start, start + length), {
      promoteLongs: true,
    });
    const [name = ''] = Object.keys(command);
    const isUnacknowledged = !isQuery && (message.readUInt32LE(HEADER_BYTES) & MORE_TO_COME) !== 0;
    this.#received({
      name,
      command,
      isHello: name.toLowerCase() === 'ismaster' || name === 'hello',
      client: socket instanceof TLSSocket ? commonName(socket) : undefined,
      reply: (document, change = (bytes) => bytes): void => {
        if (!socket.destroyed && !isUnacknowledged) socket.write(change(encode(message, document, isQuery)));
      },
    });
  }
}

function commonName(socket: TLSSocket): string | undefined {
  const name = socket.getPeerCertificate().subject?.CN;
  return Array.isArray(name) ? name[0] : name;
}

function encode(request: Buffer, reply: Document, isQuery: boolean): Buffer {
  const document = BSON.serialize(reply);
  const head = Buffer.alloc(isQuery ? HEADER_BYTES + 20 : HEADER_BYTES + 5);
  head.writeInt32LE(head.length + document.length, 0);
  head.writeInt32LE(request.readInt32LE(4), 8);
  head.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
  if (isQuery) head.writeInt32LE(1, HEADER_BYTES + 16);
  return Buffer.concat([head, document]);
}

/** The reply of MongoDB 7 to a `hello`. @param role fields of a member of a replica set; none for a single server */
export function helloReply(role: Document = {}): Document {
  return {
    helloOk: true,
    ismaster: true,
    isWritablePrimary: true,
    ...role,
    maxBsonObjectSize: 16_777_216,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    logicalSessionTimeoutMinutes: 30,
    minWireVersion: 0,
    maxWireVersion: 21,
    ok: 1,
  };
}
