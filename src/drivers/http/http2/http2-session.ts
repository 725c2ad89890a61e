import { ClassifiedError } from '../../classify-error.ts';
import type { HttpConnectionOptions } from '../connection.ts';
import {
  CANCEL,
  ConnectionViolation,
  connectionClosed,
  endedBy,
  NO_ERROR,
  notHttp2,
  PROTOCOL_ERROR,
  windowTooLarge,
} from './errors.ts';
import { Http2FrameReader } from './frame-reader.ts';
import * as frames from './frames.ts';
import { EMPTY_TABLE } from './header-encoder.ts';
import { TABLE_BYTES } from './header-table.ts';
import { type ControlListener, Responses } from './responses.ts';
import { SessionSocket } from './session-socket.ts';
import { clientPreface, readSettings, WINDOW_BYTES } from './settings.ts';
import { StreamTable } from './stream-table.ts';
import type { Http2Stream } from './stream.ts';
import { Uploads } from './uploads.ts';

const EMPTY_EXTENSION = 'the server extended the window of a stream by 0 bytes';

/** An HTTP/2 connection: its frames, settings and flow control, and its open streams (RFC 9113). */
export class Http2Session implements ControlListener {
  readonly socket: SessionSocket;
  readonly #mostStreams: number;
  readonly #onClosed: (session: Http2Session) => void;
  readonly #reader: Http2FrameReader;
  readonly #responses: Responses;
  readonly uploads: Uploads;
  readonly #streams: StreamTable;
  /** Number of concurrent streams that the server allows. */
  #allowedStreams = Infinity;
  /** The next header block must begin with a change of the table size. */
  #announcesTable = false;
  /** The server has sent its SETTINGS, the first frame of each HTTP/2 server. */
  #isGreeted = false;
  /** No further streams are opened. */
  #isClosing = false;
  #isEnded = false;
  #failure: Error | undefined;
  #reads = 0;
  #onChange: (() => void)[] = [];
  /** Requests that wait for the session. */
  waiting = 0;

  /**
   * Opens the connection.
   * @param mostStreams maximum number of concurrent streams
   * @param lastStreamId largest id of a stream, after which a new connection is needed
   * @param onClosed called when it has ended
   */
  constructor(
    options: HttpConnectionOptions,
    mostStreams: number,
    lastStreamId: number,
    onClosed: (session: Http2Session) => void,
  ) {
    this.#mostStreams = mostStreams;
    this.#streams = new StreamTable(lastStreamId);
    this.#onClosed = onClosed;
    this.socket = new SessionSocket(options, mostStreams > 1, {
      read: (bytes, length) => this.#read(bytes, length),
      drained: () => this.#resumeUploads(),
      closed: (error) => this.#end(this.#isGreeted || !this.socket.hasRead ? error : notHttp2()),
    });
    this.uploads = new Uploads(this.socket);
    const { maxHeaderBytes } = options;
    const windowBytes = Math.min(WINDOW_BYTES * mostStreams, frames.MOST_WINDOW_BYTES);
    this.#responses = new Responses({
      streams: this.#streams,
      uploads: this.uploads,
      output: this.socket,
      maxHeaderBytes,
      windowBytes,
      control: this,
      onRemoved: () => this.#closeIfUnused(),
    });
    this.#reader = new Http2FrameReader(this.#responses);
    this.socket.write(clientPreface(maxHeaderBytes, windowBytes));
    this.socket.opened.then(
      () => this.socket.flush(),
      (error: unknown) => this.#end(error instanceof Error ? error : connectionClosed()),
    );
  }

  /** Whether a stream can be opened now. Before the SETTINGS of the server, there is one at a time. */
  get hasRoom(): boolean {
    if (this.#isClosing || !this.socket.isOpen) return false;
    return this.#streams.size < (this.#isGreeted ? Math.min(this.#mostStreams, this.#allowedStreams) : 1);
  }

  /** Whether a request may wait for the session, which is opening. */
  get mayHaveRoom(): boolean {
    return !this.#isClosing && !this.#isGreeted && this.#streams.size + this.waiting < this.#mostStreams;
  }

  /** Whether the server allows no streams on it. */
  get isUseless(): boolean {
    return this.#isGreeted && this.#streams.size + this.waiting === 0;
  }

  /** Resolves when the session may have room, or is closing. Rejects when it has failed. */
  async ready(): Promise<void> {
    await this.socket.opened;
    if (!this.hasRoom && !this.#isGreeted && !this.#isClosing)
      await new Promise<void>((resolve) => this.#onChange.push(resolve));
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Opens a stream and sends its request; requires room. */
  send(stream: Http2Stream): void {
    const id = this.#streams.add(stream);
    if (this.#streams.isExhausted) this.#isClosing = true;
    stream.begin(id, this.uploads.streamWindow, WINDOW_BYTES);
    stream.openedAtRead = this.#reads;
    const block = this.#announcesTable ? EMPTY_TABLE + stream.block : stream.block;
    this.#announcesTable = false;
    this.socket.write(frames.headerFrames(id, block, stream.isSent, this.uploads.frameBytes));
    if (!stream.isSent) this.uploads.start(stream);
    this.socket.flush();
  }

  /** Ends an open stream, whose listener is not called again. */
  cancel(stream: Http2Stream): void {
    // A server that has sent nothing since may be gone.
    if (stream.openedAtRead === this.#reads) this.#isClosing = true;
    this.#responses.reset(stream, CANCEL);
    this.socket.flush();
  }

  /** Opens no further streams, and closes the connection after the open ones. */
  retire(): void {
    this.#isClosing = true;
    this.#closeIfUnused();
  }

  /** Closes the connection at once. Open streams are forgotten. */
  destroy(): void {
    this.#streams.clear();
    this.#end(undefined);
  }

  control(type: number, flags: number, streamId: number, bytes: Buffer, from: number, to: number): void {
    this.socket.requireReads();
    if (type === frames.RST_STREAM) this.#readReset(streamId, frames.readUint32(bytes, from));
    else if (type === frames.SETTINGS) this.#readSettings(flags, bytes, from, to);
    else if (type === frames.PING && (flags & frames.ACK) === 0)
      this.socket.write(frames.pingAck(bytes.toString('latin1', from, to)));
    else if (type === frames.GOAWAY)
      this.#readGoAway(frames.readUint31(bytes, from), frames.readUint32(bytes, from + 4));
    else if (type === frames.WINDOW_UPDATE) this.#readWindowUpdate(streamId, frames.readUint31(bytes, from));
  }

  #read(bytes: Buffer, length: number): void {
    this.#reads++;
    try {
      this.#reader.read(bytes, length);
    } catch (error) {
      if (!(error instanceof ConnectionViolation)) throw error;
      this.#end(error);
    }
  }

  /** Ends the connection, and with it all open streams. @param failure `undefined`: there are none */
  #end(failure: Error | undefined): void {
    if (this.#isEnded) return;
    this.#isEnded = this.#isClosing = true;
    this.#failure = failure;
    this.#reader.stop();
    this.socket.destroy(failure instanceof ConnectionViolation ? frames.goAway(failure.code) : '');
    this.#onClosed(this);
    this.#change();
    if (failure !== undefined) for (const { listener } of this.#streams.clear()) listener.failed(failure);
  }

  /** Closes a connection whose last stream has ended, and which gets no further ones. */
  #closeIfUnused(): void {
    if (this.#isClosing && this.#streams.size === 0) this.destroy();
  }

  #readReset(streamId: number, code: number): void {
    this.#streams.requireUsed(streamId, 'RST_STREAM');
    const stream = this.#streams.get(streamId);
    if (stream === undefined) return;
    // The response to an upload can be complete although the server then resets the rest of the upload.
    const isAnswered = stream.isComplete && stream.body !== null;
    this.#responses.remove(stream, false);
    if (isAnswered) stream.listener.ended();
    else stream.listener.failed(endedBy('the server reset the stream before its response was complete', code));
  }

  #readSettings(flags: number, bytes: Buffer, from: number, to: number): void {
    if ((flags & frames.ACK) !== 0) return;
    const { headerTableSize, maxConcurrentStreams, initialWindowSize, maxFrameSize } = readSettings(bytes, from, to);
    if (headerTableSize !== undefined && headerTableSize < TABLE_BYTES) this.#announcesTable = true;
    this.#allowedStreams = maxConcurrentStreams ?? this.#allowedStreams;
    if (maxFrameSize !== undefined) this.uploads.frameBytes = maxFrameSize;
    if (initialWindowSize !== undefined && !this.uploads.setStreamWindow(initialWindowSize, this.#streams.open))
      throw windowTooLarge();
    this.socket.write(frames.SETTINGS_ACK);
    this.#isGreeted = true;
    this.#resumeUploads();
    this.#change();
  }

  #readGoAway(lastId: number, code: number): void {
    const error = endedBy('the server ended the connection', code);
    if (code !== NO_ERROR) {
      this.#end(error);
      return;
    }
    this.#isClosing = true;
    this.#change();
    for (const stream of this.#streams.open) {
      if (stream.id <= lastId) continue;
      this.#responses.remove(stream, false);
      stream.listener.refused(error);
    }
    this.#closeIfUnused();
  }

  #readWindowUpdate(streamId: number, bytes: number): void {
    if (streamId === 0) {
      if (bytes === 0) throw new ConnectionViolation(PROTOCOL_ERROR, 'the server extended its window by 0 bytes');
      if (!this.uploads.extend(bytes)) throw windowTooLarge();
    } else {
      this.#streams.requireUsed(streamId, 'WINDOW_UPDATE');
      const stream = this.#streams.get(streamId);
      if (stream === undefined) return;
      if (bytes === 0) this.#responses.refuse(stream, new ClassifiedError('protocol', EMPTY_EXTENSION));
      else if (!this.uploads.extendStream(stream, bytes)) this.#responses.refuse(stream, windowTooLarge());
    }
    this.#resumeUploads();
  }

  #resumeUploads(): void {
    this.uploads.resume();
    this.socket.flush();
  }

  /** Wakes requests that wait for the session. */
  #change(): void {
    for (const wake of this.#onChange.splice(0)) wake();
  }
}
