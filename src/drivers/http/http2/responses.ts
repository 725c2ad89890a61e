import { checkFrame } from './check-frame.ts';
import {
  CANCEL,
  ConnectionViolation,
  ENHANCE_YOUR_CALM,
  FLOW_CONTROL_ERROR,
  notHttp2,
  PROTOCOL_ERROR,
} from './errors.ts';
import type { Http2FrameListener } from './frame-reader.ts';
import * as frames from './frames.ts';
import { HeaderAssembler } from './header-assembler.ts';
import { HeaderDecoder, RESPONSE, TRAILERS } from './header-decoder.ts';
import { WINDOW_BYTES } from './settings.ts';
import type { StreamTable } from './stream-table.ts';
import type { Http2Stream } from './stream.ts';
import type { Uploads } from './uploads.ts';

/** Frames without progress of a response, such as PING, after which the connection ends. */
const MOST_IDLE_FRAMES = 10_000;

/** Receives the frames that are not a part of a response. */
export interface ControlListener {
  /** A frame of valid length, on a stream or the connection as its type requires; valid until this returns. */
  control(type: number, flags: number, streamId: number, bytes: Buffer, from: number, to: number): void;
}

interface ResponsesOptions {
  readonly streams: StreamTable;
  readonly uploads: Uploads;
  readonly output: { write(text: string): void };
  readonly maxHeaderBytes: number;
  /** Bytes that the server may send on the connection without a WINDOW_UPDATE. */
  readonly windowBytes: number;
  readonly control: ControlListener;
  /** Called when a stream has ended, before its listener is. */
  readonly onRemoved: () => void;
}

/** Reads the frames of responses, HEADERS, CONTINUATION and DATA, and ends streams (RFC 9113, section 8.1). */
export class Responses implements Http2FrameListener {
  readonly #options: ResponsesOptions;
  readonly #streams: StreamTable;
  readonly #headers: HeaderAssembler;
  readonly #decoder: HeaderDecoder;
  /** The next frame is the first one of the connection, which must be SETTINGS. */
  #isFirst = true;
  /** Stream of the DATA frame in progress; `undefined`: it is closed. */
  #current: Http2Stream | undefined;
  /** Bytes that the server may send on the connection. */
  #window: number;
  /** Frames since the last progress of a response. */
  #idleFrames = 0;
  /** Bytes of uploads at the last one of them. */
  #uploadedBytes = 0;

  constructor(options: ResponsesOptions) {
    this.#options = options;
    this.#streams = options.streams;
    this.#headers = new HeaderAssembler(options.maxHeaderBytes);
    this.#decoder = new HeaderDecoder(options.maxHeaderBytes);
    this.#window = options.windowBytes;
  }

  /**
   * Checks that a frame may follow the one before it, and that a window has room for it.
   * @throws {ConnectionViolation}
   */
  begin(type: number, flags: number, streamId: number, length: number): void {
    if (this.#isFirst && (type !== frames.SETTINGS || streamId !== 0 || (flags & frames.ACK) !== 0)) throw notHttp2();
    this.#isFirst = false;
    this.#headers.expect(type, streamId);
    if (type !== frames.DATA) return;
    const stream = this.#streams.find(streamId, 'DATA');
    this.#current = stream;
    this.#window -= length;
    if (stream !== undefined) stream.receiveWindow -= length;
    if (this.#window < 0 || (stream !== undefined && stream.receiveWindow < 0))
      throw new ConnectionViolation(FLOW_CONTROL_ERROR, 'the server sent more than its flow-control window');
    const mayBeEmpty = (length === 0 && (flags & frames.END_STREAM) === 0) || (flags & frames.PADDED) !== 0;
    if (mayBeEmpty || stream === undefined) this.#countIdle();
  }

  data(streamId: number, bytes: Buffer, from: number, to: number): void {
    const stream = this.#current;
    if (stream?.id !== streamId) return;
    this.#idleFrames = 0;
    const error = stream.readData(bytes, from, to);
    if (error !== undefined) this.refuse(stream, error);
  }

  dataEnd(streamId: number, flags: number): void {
    const { output, windowBytes } = this.#options;
    if (this.#window < windowBytes / 2) {
      output.write(frames.windowUpdate(0, windowBytes - this.#window));
      this.#window = windowBytes;
    }
    const stream = this.#current;
    if (stream?.id !== streamId) return;
    if ((flags & frames.END_STREAM) !== 0) this.#complete(stream);
    else if (stream.receiveWindow < WINDOW_BYTES / 2) {
      output.write(frames.windowUpdate(streamId, WINDOW_BYTES - stream.receiveWindow));
      stream.receiveWindow = WINDOW_BYTES;
    }
  }

  frame(type: number, flags: number, streamId: number, bytes: Buffer, from: number, to: number): void {
    if (type === frames.HEADERS || type === frames.CONTINUATION) {
      this.#readHeaders(type, flags, streamId, bytes, from, to);
    } else {
      this.#countIdle();
      checkFrame(type, flags, streamId, to - from);
      this.#options.control.control(type, flags, streamId, bytes, from, to);
    }
  }

  #readHeaders(type: number, flags: number, streamId: number, bytes: Buffer, from: number, to: number): void {
    const headers = this.#headers;
    const isComplete =
      type === frames.CONTINUATION
        ? headers.continue(flags, bytes, from, to)
        : headers.begin(flags, streamId, bytes, from, to);
    const stream = this.#streams.find(streamId, 'HEADERS');
    if (stream?.hasHead !== true) this.#countIdle();
    if (!isComplete) return;
    // The table of the decoder must follow the server's, also for a stream that this side has ended.
    const use = stream?.hasHead === true ? TRAILERS : RESPONSE;
    const block = this.#decoder.decode(headers.bytes, headers.from, headers.to, use);
    if (stream === undefined) return;
    const error = stream.readHeaders(block, headers.isEnd);
    // Informational responses are not progress.
    if (stream.hasHead) this.#idleFrames = 0;
    if (error !== undefined) this.refuse(stream, error);
    else if (headers.isEnd && stream.id === streamId) this.#complete(stream);
  }

  /** Counts a frame without progress of a response. @throws {ConnectionViolation} after too many */
  #countIdle(): void {
    const { sentBytes } = this.#options.uploads;
    // Each part of an upload needs a WINDOW_UPDATE.
    if (sentBytes !== this.#uploadedBytes) this.#idleFrames = 0;
    this.#uploadedBytes = sentBytes;
    if (++this.#idleFrames > MOST_IDLE_FRAMES)
      throw new ConnectionViolation(ENHANCE_YOUR_CALM, `the server sent ${MOST_IDLE_FRAMES} frames without a response`);
  }

  /** Ends a stream early. */
  reset(stream: Http2Stream, code: number): void {
    this.#options.output.write(frames.rstStream(stream.id, code));
    this.remove(stream, true);
  }

  /** Ends a stream whose response is not valid, and fails its request. */
  refuse(stream: Http2Stream, error: Error): void {
    this.reset(stream, PROTOCOL_ERROR);
    stream.listener.failed(error);
  }

  /** @param isCancelled whether frames of the server may still arrive for the stream */
  remove(stream: Http2Stream, isCancelled: boolean): void {
    this.#options.uploads.stop(stream);
    this.#streams.remove(stream, isCancelled);
    this.#options.onRemoved();
  }

  /** Ends a stream that the server has ended. */
  #complete(stream: Http2Stream): void {
    const error = stream.readEnd();
    if (error !== undefined) {
      this.refuse(stream, error);
      return;
    }
    // After an early response (RFC 9113, section 8.1), the rest of the upload is dropped.
    if (stream.isSent) this.remove(stream, false);
    else this.reset(stream, CANCEL);
    stream.listener.ended();
  }
}
