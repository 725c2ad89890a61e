import type { Socket } from 'node:net';

/**
 * A message up to this length is sent at once: the send buffer of the system, which is empty after each response, has
 * room for it. A TLS socket reports that only in a later phase of the event loop, often after the response.
 */
const SENT_AT_ONCE = 16 * 1024;

const NO_BYTES = Buffer.alloc(0);

/** Sends the messages of a socket above TLS or a tunnel, and passes on the chunks that it receives. */
export class LayeredSocket {
  readonly #socket: Socket;
  /** Text of the last message, and its bytes. */
  #text = '';
  #bytes = NO_BYTES;
  /** The last message is longer than `SENT_AT_ONCE`. */
  #isLong = false;

  /** @param take called with each chunk */
  constructor(socket: Socket, take: (chunk: Buffer) => void) {
    this.#socket = socket;
    readChunks(socket, take);
  }

  /** Whether the system may not have taken all bytes of the last message yet. */
  get isSending(): boolean {
    return this.#isLong && this.#socket.writableLength !== 0;
  }

  /**
   * Sends a message.
   * @param message bytes, or Latin-1 characters
   * @param tail bytes that follow the message, or Latin-1 characters
   */
  send(message: string | Buffer, tail: string | Buffer | null): void {
    const socket = this.#socket;
    this.#isLong = message.length + (tail === null ? 0 : tail.length) > SENT_AT_ONCE;
    if (tail === null) socket.write(this.#encode(message));
    else {
      socket.cork();
      socket.write(message, 'latin1');
      socket.write(tail, 'latin1');
      socket.uncork();
    }
  }

  /** Bytes of a message; those of the last one are kept. A TLS socket copies a text before it encrypts it. */
  #encode(message: string | Buffer): Buffer {
    if (typeof message !== 'string') return message;
    if (message !== this.#text) {
      this.#text = message;
      this.#bytes = Buffer.from(message, 'latin1');
    }
    return this.#bytes;
  }
}

/**
 * Passes each chunk of a stream to `take`. Chunks bypass the queue of the stream, which has nothing to wait for here;
 * those that it holds already, or that reach it in another way, arrive as `data`.
 */
function readChunks(socket: Socket, take: (chunk: Buffer) => void): void {
  const push = socket.push.bind(socket);
  socket.push = (chunk: unknown, encoding?: BufferEncoding): boolean => {
    if (!Buffer.isBuffer(chunk) || socket.readableLength > 0) return push(chunk, encoding);
    take(chunk);
    return true;
  };
  socket.on('data', take);
}
