import { DATA, DEFAULT_FRAME_BYTES, DEFAULT_WINDOW_BYTES, END_STREAM, frameHead, MOST_WINDOW_BYTES } from './frames.ts';
import type { Http2Stream } from './stream.ts';

/** Larger frames gain nothing. */
const MOST_SENT_FRAME_BYTES = 64 * 1024;

/** Where frames are written. */
interface Output {
  write(text: string): void;
  writeBytes(bytes: Buffer): void;
  /** Whether many bytes wait for the socket, so that bodies should wait too. */
  readonly isFull: boolean;
}

/** Sends the bodies of requests, within the flow-control windows of the server (RFC 9113, section 5.2). */
export class Uploads {
  readonly #output: Output;
  /** Bytes of bodies that were sent so far. */
  sentBytes = 0;
  /** Bytes that the server accepts on the connection. */
  #window = DEFAULT_WINDOW_BYTES;
  /** Window of a new stream. */
  #streamWindow = DEFAULT_WINDOW_BYTES;
  #frameBytes = DEFAULT_FRAME_BYTES;
  /** Streams whose bodies wait for a window or the socket, in turn. */
  readonly #waiting = new Set<Http2Stream>();
  /**
   * A response came before its request was sent completely, so the server may never return the window that the
   * request used.
   */
  #isUncertain = false;

  constructor(output: Output) {
    this.#output = output;
  }

  get streamWindow(): number {
    return this.#streamWindow;
  }

  get frameBytes(): number {
    return this.#frameBytes;
  }

  /** Maximum payload of the frames that the server accepts. */
  set frameBytes(bytes: number) {
    this.#frameBytes = Math.min(bytes, MOST_SENT_FRAME_BYTES);
  }

  /** Whether no body can be sent any more, because the server keeps the window of an upload that it did not read. */
  get isExhausted(): boolean {
    return this.#isUncertain && this.#window === 0;
  }

  /** Sends as much of the body of an open stream as the windows allow, and the rest later. */
  start(stream: Http2Stream): void {
    const { body } = stream;
    if (typeof body !== 'string') this.#send(stream);
    else if (body.length <= Math.min(this.#window, stream.sendWindow, this.#frameBytes)) {
      this.#window -= body.length;
      this.sentBytes += body.length;
      stream.sentBytes = body.length;
      stream.isSent = true;
      this.#output.write(frameHead(body.length, DATA, END_STREAM, stream.id) + body);
    } else {
      stream.body = Buffer.from(body, 'latin1');
      this.#send(stream);
    }
  }

  /** Sends the bodies that wait. */
  resume(): void {
    for (const stream of Array.from(this.#waiting)) {
      if (this.#window <= 0 || this.#output.isFull) return;
      this.#waiting.delete(stream);
      this.#send(stream);
    }
  }

  /** Drops the rest of a body. */
  stop(stream: Http2Stream): void {
    this.#waiting.delete(stream);
    if (!stream.isSent && stream.sentBytes > 0) this.#isUncertain = true;
  }

  /** Extends the window of the connection. @returns whether it is valid */
  extend(bytes: number): boolean {
    this.#window += bytes;
    return this.#window <= MOST_WINDOW_BYTES;
  }

  /** Extends the window of a stream. @returns whether it is valid */
  extendStream(stream: Http2Stream, bytes: number): boolean {
    stream.sendWindow += bytes;
    return stream.sendWindow <= MOST_WINDOW_BYTES;
  }

  /** Sets the window of new streams, which changes that of open ones. @returns whether all are valid */
  setStreamWindow(bytes: number, open: Iterable<Http2Stream>): boolean {
    const change = bytes - this.#streamWindow;
    this.#streamWindow = bytes;
    let isValid = bytes <= MOST_WINDOW_BYTES;
    for (const stream of open) isValid = this.extendStream(stream, change) && isValid;
    return isValid;
  }

  #send(stream: Http2Stream): void {
    const body = stream.body as Buffer; // `start` has replaced text
    const length = body.length;
    do {
      const left = length - stream.sentBytes;
      const bytes = Math.min(left, this.#frameBytes, this.#window, stream.sendWindow);
      if ((bytes <= 0 && left > 0) || this.#output.isFull) {
        this.#waiting.add(stream);
        return;
      }
      const end = stream.sentBytes + bytes;
      this.#output.write(frameHead(bytes, DATA, end === length ? END_STREAM : 0, stream.id));
      if (bytes > 0) this.#output.writeBytes(body.subarray(stream.sentBytes, end));
      stream.sentBytes = end;
      stream.sendWindow -= bytes;
      this.#window -= bytes;
      this.sentBytes += bytes;
    } while (stream.sentBytes < length);
    stream.isSent = true;
  }
}
