import type { Socket } from 'node:net';
import type { Timer } from '../../shared/clock.ts';
import { ClassifiedError } from '../classify-error.ts';
import { type ConnectionAttempt, connectSocket } from '../http/connection-attempt.ts';
import { isSendable, NO_CODE, NORMAL_CLOSURE } from './close-codes.ts';
import type { WebSocketConnectionOptions, WebSocketListener } from './connection-contract.ts';
import { type FrameListener, ServerFrameReader } from './frame-reader.ts';
import { buildCloseFrame, buildFrame } from './frame-writer.ts';
import { PING, PONG } from './opcode.ts';
import { Upgrade } from './upgrade.ts';

/** Time for the server to close a connection after a close frame, in milliseconds. */
const CLOSE_TIMEOUT_MS = 400;
/** Unsent bytes from which on pings of the server are not answered. */
const MOST_UNSENT_BYTES = 1024 * 1024;
/** Error of a connection that was dropped while it was being opened; never reported. */
const DROPPED = new ClassifiedError('reset', 'the connection was dropped');

/** An upgrade that is not answered yet. */
interface PendingUpgrade {
  readonly upgrade: Upgrade;
  readonly socket: Socket;
  readonly done: () => void;
  readonly fail: (error: Error) => void;
}

/** One worker's WebSocket. It opens a socket when there is none, and stays usable after a failure. */
export class WebSocketConnection {
  readonly #options: WebSocketConnectionOptions;
  readonly #listener: WebSocketListener;
  readonly #frames: FrameListener;
  /** The current socket; events of another one are ignored. */
  #link: ConnectionAttempt | undefined;
  #pending: PendingUpgrade | undefined;
  /** Socket of the frames; `undefined`: not open. */
  #socket: Socket | undefined;
  /** Bytes of frames. Those of a plain connection are counted here, because reading the socket's counters is slower. */
  #traffic = { bytesWritten: 0, bytesRead: 0 };
  #reader: ServerFrameReader | undefined;
  #pings: Timer | undefined;
  /** The latest socket, for `closed`. */
  #wire: Socket | undefined;

  constructor(options: WebSocketConnectionOptions, listener: WebSocketListener) {
    this.#options = options;
    this.#listener = listener;
    this.#frames = {
      message: (opcode, payload) => listener.message(opcode, payload),
      ping: (payload) => this.#answerPing(payload),
      pong: (payload) => listener.pong(payload),
      closing: (code, reason) => {
        this.shutdown(isSendable(code) ? code : NO_CODE);
        listener.closing(code, reason);
      },
    };
  }

  /** Opens the connection, of which none may be open. @throws {Error} when it fails or is dropped */
  async open(): Promise<void> {
    const { settings, timeoutMs, clock, readBuffer } = this.#options;
    const callback = (length: number, bytes: Buffer): boolean => this.#arrive(link, bytes, length);
    const link = connectSocket(settings.endpoint, timeoutMs, clock, { buffer: readBuffer, callback });
    this.#link = link;
    this.#wire = link.wire;
    this.#traffic = { bytesWritten: 0, bytesRead: 0 };
    this.#listener.opening(link.traffic ?? this.#traffic);
    const timer = clock.after(timeoutMs, () => {
      this.#lose(link, new ClassifiedError('timeout', `connect timed out after ${timeoutMs} ms`));
    });
    try {
      const socket = await link.opened;
      if (this.#link === link) await this.#negotiate(link, socket);
    } catch (error) {
      link.wire.destroy();
      if (this.#link === link) {
        this.#reset();
        throw error;
      }
    } finally {
      timer.cancel();
    }
    if (this.#link !== link) throw DROPPED;
  }

  /**
   * Sends a frame, on a new connection if none is open.
   * @param frame `undefined`: only opens the connection
   */
  send(frame: Buffer | undefined): void {
    if (this.#socket === undefined) void this.#sendOnNew(frame);
    else this.#write(this.#socket, frame, false);
  }

  /** Closes the socket at once. The listener is not called again for it. */
  drop(): void {
    this.#link?.wire.destroy();
    this.#reset();
  }

  /** Closes the connection by a close frame. The listener is not called again for it. */
  shutdown(code = NORMAL_CLOSURE): void {
    const [link, socket] = [this.#link, this.#socket];
    if (link === undefined || socket === undefined || socket.writableLength > MOST_UNSENT_BYTES) {
      this.drop();
      return;
    }
    const frame = buildCloseFrame(code);
    this.#traffic.bytesWritten += frame.length;
    this.#reset();
    socket.end(frame);
    const timer = this.#options.clock.after(CLOSE_TIMEOUT_MS, () => link.wire.destroy());
    link.wire.once('close', () => timer.cancel());
  }

  /** Resolves when the latest socket is closed. */
  async closed(): Promise<void> {
    const wire = this.#wire;
    if (wire === undefined || wire.closed) return;
    await new Promise<void>((resolve) => {
      wire.once('close', () => resolve());
    });
  }

  /** Sends the upgrade over a new socket, and waits for its answer. */
  async #negotiate(link: ConnectionAttempt, socket: Socket): Promise<void> {
    const { settings } = this.#options;
    const lose = (): void => this.#lose(link, link.wire.errored ?? socket.errored ?? closedError());
    socket.once('end', lose).once('error', lose).once('close', lose);
    const upgrade = new Upgrade(settings);
    this.#reader = new ServerFrameReader(this.#frames, settings.maxMessageBytes, settings.compression);
    await new Promise<void>((done, fail) => {
      this.#pending = { upgrade, socket, done, fail };
      const { request } = upgrade;
      this.#traffic.bytesWritten += request.length;
      socket.write(request, 'latin1');
    });
  }

  async #sendOnNew(frame: Buffer | undefined): Promise<void> {
    const opening = this.open();
    const link = this.#link;
    try {
      await opening;
      if (this.#socket !== undefined && this.#link === link) this.#write(this.#socket, frame, true);
    } catch (error) {
      if (error !== DROPPED) this.#listener.lost(error);
    }
  }

  #write(socket: Socket, frame: Buffer | undefined, waited: boolean): void {
    this.#listener.writing(waited);
    if (frame === undefined) return;
    const link = this.#link;
    this.#traffic.bytesWritten += frame.length;
    socket.write(frame, (error) => {
      if (this.#link === link && !error) this.#listener.written();
    });
  }

  #arrive(link: ConnectionAttempt, chunk: Buffer, length: number): boolean {
    if (link !== this.#link) return true;
    this.#traffic.bytesRead += length;
    try {
      const start = this.#pending === undefined ? 0 : this.#pending.upgrade.read(chunk, length);
      if (start === undefined) return true;
      if (this.#pending !== undefined) this.#upgraded(this.#pending);
      this.#reader?.read(chunk, start, length);
    } catch (error) {
      this.#lose(link, error as Error); // thrown by the readers
      return true;
    }
    if (link === this.#link) this.#listener.arrived();
    return true;
  }

  #upgraded({ socket, done }: PendingUpgrade): void {
    this.#pending = undefined;
    this.#socket = socket;
    this.#keepAlive(socket);
    done();
  }

  #answerPing(payload: Buffer): void {
    const socket = this.#socket;
    if (socket === undefined || socket.writableLength > MOST_UNSENT_BYTES) return;
    this.#writeControl(socket, buildFrame(PONG, payload));
  }

  #keepAlive(socket: Socket): void {
    const { clock, settings } = this.#options;
    if (settings.pingMs === undefined) return;
    this.#pings = clock.after(settings.pingMs, () => {
      this.#writeControl(socket, buildFrame(PING, ''));
      this.#keepAlive(socket);
    });
  }

  #writeControl(socket: Socket, frame: Buffer): void {
    this.#traffic.bytesWritten += frame.length;
    socket.write(frame);
  }

  /** Ends the current connection after an error. */
  #lose(link: ConnectionAttempt, error: Error): void {
    if (link !== this.#link) return;
    if (this.#socket !== undefined) {
      this.drop();
      this.#listener.lost(error);
    } else {
      // Its opening fails, which reports the error.
      link.wire.destroy(error);
      this.#pending?.fail(error);
    }
  }

  #reset(): void {
    this.#pings?.cancel();
    this.#reader?.stop();
    this.#pending?.fail(DROPPED);
    this.#link = this.#socket = this.#pending = this.#reader = this.#pings = undefined;
  }
}

function closedError(): ClassifiedError {
  return new ClassifiedError('reset', 'the server closed the connection without a close frame');
}
