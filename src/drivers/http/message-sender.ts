import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * A message over TLS up to this length is sent at once: the send buffer of the system, which is empty after each
 * response, has room for it. A TLS socket reports that only in a later phase of the event loop, often after the
 * response.
 */
const SENT_AT_ONCE = 16 * 1024;

const NO_BYTES = Buffer.alloc(0);

/** Name of bytes without an encoding, as streams pass them to `_write`; the types of Node lack it. */
const BYTES = 'buffer' as BufferEncoding;

/** A message of bytes or Latin-1 characters, and what follows it. */
type Message = readonly [message: string | Buffer, tail: string | Buffer | null];

/**
 * Sends one message after the other on a socket of its own. Messages bypass the queue of the stream, which needs a turn
 * of callbacks for each write.
 */
export class MessageSender {
  readonly #socket: Socket;
  readonly #isEncrypted: boolean;
  /** The socket has not reported the end of the last write yet, and takes no other before. */
  #isWriting = false;
  /** The system may not have room for the last message. */
  #isLong = false;
  /** Message after the one that is being written: only a TLS socket reports the end of a write after the response. */
  #next: Message | undefined;
  /** Text of the last encrypted message, and its bytes. */
  #text = '';
  #bytes = NO_BYTES;
  readonly #written = (error?: Error | null): void => {
    this.#isWriting = false;
    const next = this.#next;
    this.#next = undefined;
    if (error !== undefined && error !== null) this.#socket.destroy(error);
    else if (next !== undefined && !this.#socket.destroyed) this.#write(...next);
  };

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#isEncrypted = socket instanceof TLSSocket;
  }

  /** Whether the system may not have taken all bytes of the last message yet. */
  get isSending(): boolean {
    return this.#isWriting && this.#isLong;
  }

  /**
   * Sends a message; the response to the last one has arrived.
   * @param message bytes, or Latin-1 characters
   * @param tail bytes that follow the message, or Latin-1 characters
   */
  send(message: string | Buffer, tail: string | Buffer | null): void {
    if (this.#isWriting) this.#next = [message, tail];
    else this.#write(message, tail);
  }

  #write(message: string | Buffer, tail: string | Buffer | null): void {
    const socket = this.#socket;
    this.#isLong = !this.#isEncrypted || message.length + (tail === null ? 0 : tail.length) > SENT_AT_ONCE;
    this.#isWriting = true;
    if (tail !== null) {
      socket.cork();
      socket.write(message, 'latin1');
      socket.write(tail, 'latin1', this.#written);
      socket.uncork();
    } else if (typeof message === 'string' && !this.#isEncrypted) socket._write(message, 'latin1', this.#written);
    else socket._write(this.#encode(message), BYTES, this.#written);
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
