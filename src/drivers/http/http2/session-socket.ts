import type { Socket } from 'node:net';
import type { HttpConnectionOptions } from '../connection.ts';
import { type ConnectionAttempt, connectSocket } from '../connection-attempt.ts';
import { ConnectionViolation, connectionClosed, ENHANCE_YOUR_CALM } from './errors.ts';

/** Bytes that may wait for the socket before bodies wait too. */
const FULL_BYTES = 1024 * 1024;
/** More bytes wait only for a server that sends but does not read. */
const OVERFULL_BYTES = 4 * FULL_BYTES;

/** Receives the events of a socket. */
interface SocketListener {
  /** Bytes have arrived, which are valid until this returns. */
  read(bytes: Buffer, length: number): void;
  /** Waiting bytes were sent. */
  drained(): void;
  /** The socket has closed by itself. Called once, not after `destroy`. */
  closed(error: Error): void;
}

/**
 * Socket of a session. Text that is written while bytes are read is sent with one write, after the read. Sockets read
 * into a buffer that all connections share.
 */
export class SessionSocket {
  readonly #listener: SocketListener;
  readonly #isShared: boolean;
  readonly #attempt: ConnectionAttempt;
  /** Resolves when the connection is open. */
  readonly opened: Promise<void>;
  #socket: Socket | undefined;
  #isDestroyed = false;
  /** Text to be written. */
  #text = '';
  #isCorked = false;
  #isReading = false;
  #isFlushPlanned = false;
  #written = 0;
  #read = 0;
  #takenWritten = 0;
  #takenRead = 0;

  /** @param isShared whether several workers write in one turn of the event loop */
  constructor(options: HttpConnectionOptions, isShared: boolean, listener: SocketListener) {
    this.#listener = listener;
    this.#isShared = isShared;
    const { endpoint, timeoutMs, clock, readBuffer, resumable } = options;
    const callback = (length: number, bytes: Buffer): boolean => this.#onRead(bytes, length);
    this.#attempt = connectSocket(endpoint, timeoutMs, clock, { buffer: readBuffer, callback }, resumable);
    this.opened = this.#follow();
    this.opened.catch(ignore); // requests that wait for it get the error
  }

  get isOpen(): boolean {
    return this.#socket !== undefined && !this.#isDestroyed;
  }

  /** Whether bytes above TLS have arrived. */
  get hasRead(): boolean {
    return this.#read > 0;
  }

  /** Returns the bytes that were written on the wire since the last call. */
  takeWritten(): number {
    const before = this.#takenWritten;
    this.#takenWritten = this.#attempt.traffic?.bytesWritten ?? this.#written;
    return this.#takenWritten - before;
  }

  /** Returns the bytes that were read from the wire since the last call. */
  takeRead(): number {
    const before = this.#takenRead;
    this.#takenRead = this.#attempt.traffic?.bytesRead ?? this.#read;
    return this.#takenRead - before;
  }

  get isFull(): boolean {
    return this.#socket !== undefined && this.#socket.writableLength > FULL_BYTES;
  }

  /** @throws {ConnectionViolation} if so many bytes wait for the socket that the server must have stopped to read */
  requireReads(): void {
    if (this.#socket !== undefined && this.#socket.writableLength > OVERFULL_BYTES)
      throw new ConnectionViolation(ENHANCE_YOUR_CALM, 'the server sends frames, but does not read their answers');
  }

  /** Adds text, whose characters are bytes, to the next write. */
  write(text: string): void {
    this.#text += text;
  }

  /** Adds bytes to the next write. They must not change until they are sent. */
  writeBytes(bytes: Buffer): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    if (!this.#isCorked) socket.cork();
    this.#isCorked = true;
    this.#pass(socket);
    this.#written += bytes.length;
    socket.write(bytes);
  }

  /** Sends all that was added, at the end of the read or of the turn. */
  flush(): void {
    if (this.#isReading || this.#isFlushPlanned) return;
    if (!this.#isShared) this.#flush();
    else {
      this.#isFlushPlanned = true;
      queueMicrotask(() => {
        this.#isFlushPlanned = false;
        if (!this.#isReading) this.#flush();
      });
    }
  }

  /** Sends the last text, as far as the socket accepts it at once, and closes the socket. */
  destroy(lastText = ''): void {
    if (this.#isDestroyed) return;
    this.#text += lastText;
    if (lastText !== '') this.#flush();
    this.#isDestroyed = true;
    this.#attempt.wire.destroy();
  }

  async closed(): Promise<void> {
    const { wire } = this.#attempt;
    if (wire.closed) return;
    await new Promise<void>((resolve) => {
      wire.once('close', () => resolve());
    });
  }

  async #follow(): Promise<void> {
    const socket = await this.#attempt.opened;
    if (this.#isDestroyed) throw connectionClosed();
    this.#socket = socket;
    socket.on('drain', () => this.#listener.drained());
    socket.once('end', () => this.#onClosed(undefined));
    socket.once('error', (error) => this.#onClosed(error));
    socket.once('close', () => this.#onClosed(undefined));
  }

  #onRead(bytes: Buffer, length: number): boolean {
    this.#read += length;
    this.#isReading = true;
    try {
      this.#listener.read(bytes, length);
    } finally {
      this.#isReading = false;
    }
    this.#flush();
    return true;
  }

  #flush(): void {
    const socket = this.#socket;
    if (socket === undefined || this.#isDestroyed) return;
    this.#pass(socket);
    if (!this.#isCorked) return;
    this.#isCorked = false;
    socket.uncork();
  }

  #pass(socket: Socket): void {
    if (this.#text === '') return;
    this.#written += this.#text.length;
    socket.write(this.#text, 'latin1');
    this.#text = '';
  }

  #onClosed(error: Error | undefined): void {
    if (this.#isDestroyed) return;
    this.destroy();
    this.#listener.closed(this.#attempt.wire.errored ?? error ?? connectionClosed());
  }
}

function ignore(): void {}
