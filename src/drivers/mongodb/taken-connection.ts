import type { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Document } from 'mongodb';
import { FrameReader, type StreamCheck } from '../frame-guard.ts';
import { HEADER_BYTES, MongoFrames, MORE_TO_COME, MSG_DOCUMENT, OP_MSG, protocolViolation } from './frames.ts';

/** A connection of the library, as far as it is used here. */
export interface LibraryConnection extends EventEmitter {
  /** Why it was closed; null while it is open. */
  readonly error: Error | null;
  command(
    namespace: { readonly db: string },
    command: Document,
    options?: CommandOptions,
    type?: unknown,
  ): Promise<unknown>;
  /** Adds the fields that the library sends with each command, such as the database. */
  prepareCommand?(database: string, command: Document, options: CommandOptions): { readonly command?: Document };
  destroy(): void;
}

/** Options of the library's commands, as far as they are used here. */
export interface CommandOptions {
  readonly session?: unknown;
  readonly signal?: AbortSignal;
}

/** Passes validated messages to the library, or to the receiver of a taken connection. */
export class MessageRouter implements StreamCheck {
  readonly frames = new MongoFrames();
  readonly #reader = new FrameReader(this.frames);
  /** `undefined`: the library. */
  receiver: ((messages: Buffer) => void) | undefined;

  accept(chunk: Buffer): Buffer | undefined {
    const messages = this.#reader.accept(chunk);
    if (messages === undefined || this.receiver === undefined) return messages;
    this.receiver(messages);
    return undefined;
  }
}

interface TakenConnectionOptions {
  readonly connection: LibraryConnection;
  readonly stream: Duplex;
  readonly router: MessageRouter;
  /** Fields that the library adds to each command. */
  readonly fields: Document;
  /** Ends the command that took the connection, with the error or, if it is `undefined`, with success. */
  readonly giveBack: (error: unknown) => void;
}

/** Receives the events of a taken connection. */
export interface TakenConnectionListener {
  /**
   * The reply to the request has arrived.
   * @param start of its document
   */
  received(messages: Buffer, start: number, end: number): void;
  /** The connection was closed. */
  lost(error: unknown): void;
}

/**
 * A connection that was taken out of the library's pool: the library has chosen the server, connected and
 * authenticated, and does not use the connection until it is given back.
 */
export class TakenConnection {
  readonly #options: TakenConnectionOptions;
  #listener: TakenConnectionListener | undefined;
  #isTaken = true;
  #requestId = 0;
  #isInFlight = false;

  constructor(options: TakenConnectionOptions) {
    this.#options = options;
    options.connection.once('close', this.#closed);
  }

  get stream(): Duplex {
    return this.#options.stream;
  }

  get fields(): Document {
    return this.#options.fields;
  }

  /** Starts to receive replies. */
  listen(listener: TakenConnectionListener): void {
    this.#listener = listener;
    this.#options.router.receiver = this.#receive;
  }

  /**
   * Sends a request; none may be in flight.
   * @param message with room for its header
   */
  send(message: Buffer): void {
    const { stream } = this.#options;
    this.#requestId = (this.#requestId + 1) & 0x7fff_ffff;
    this.#isInFlight = true;
    message.writeInt32LE(message.length, 0);
    message.writeInt32LE(this.#requestId, 4);
    message.writeInt32LE(0, 8);
    message.writeInt32LE(OP_MSG, 12);
    message.writeInt32LE(0, HEADER_BYTES);
    message[MSG_DOCUMENT - 1] = 0;
    stream.write(message);
  }

  /**
   * Gives the connection back to the library.
   * @param error a reply of the server, from which the library learns about the server's state
   */
  giveBack(error?: unknown): void {
    if (!this.#isTaken) return;
    this.#isTaken = false;
    const { connection, router, giveBack } = this.#options;
    this.#listener = undefined;
    router.receiver = undefined;
    connection.off('close', this.#closed);
    giveBack(error);
  }

  /** Closes the connection at once. */
  destroy(): void {
    const { connection } = this.#options;
    connection.off('close', this.#closed);
    connection.destroy();
    this.giveBack();
  }

  readonly #closed = (): void => {
    const listener = this.#listener;
    this.giveBack();
    listener?.lost(this.#options.connection.error);
  };

  readonly #receive = (messages: Buffer): void => {
    for (let at = 0; at < messages.length && this.#listener !== undefined;) {
      const start = at;
      at += messages.readInt32LE(start);
      if (!this.#isInFlight || messages.readInt32LE(start + 8) !== this.#requestId)
        throw protocolViolation('a message does not respond to a request');
      const isReply = messages.readInt32LE(start + 12) === OP_MSG;
      if (!isReply || (messages.readUInt32LE(start + HEADER_BYTES) & MORE_TO_COME) !== 0)
        throw protocolViolation('a reply is not a single OP_MSG');
      this.#isInFlight = false;
      this.#listener.received(messages, start + MSG_DOCUMENT, at);
    }
  };
}
