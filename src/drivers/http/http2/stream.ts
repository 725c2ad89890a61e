import { ClassifiedError } from '../../classify-error.ts';
import { invalidResponse } from './errors.ts';
import type { HeaderBlock } from './header-block.ts';

/** Receives the response of a stream. After `ended`, `failed` or `refused` the stream may be used again. */
export interface StreamListener {
  /** Bytes of the response have arrived. */
  arrived(): void;
  /** The headers of the final response. */
  headers(block: HeaderBlock): void;
  /** A part of the body, valid until this returns. */
  data(bytes: Buffer, from: number, to: number): void;
  trailers(block: HeaderBlock): void;
  /** The response is complete. */
  ended(): void;
  /** The server has not processed the request, which may be sent again. */
  refused(error: Error): void;
  failed(error: Error): void;
}

/** A request and its response. One object serves all requests of a worker, one after the other. */
export class Http2Stream {
  readonly listener: StreamListener;
  /** 0: the stream is not open. */
  id = 0;

  // The request
  /** Header block as Latin-1 text. */
  block = '';
  body: string | Buffer | null = null;
  #isHead = false;
  /** Bytes of the body that were sent. */
  sentBytes = 0;
  /** The request is sent completely. */
  isSent = false;
  /** Bytes that the server accepts; negative after it has lowered its window. */
  sendWindow = 0;

  // The response
  /** Status of the response in flight, or of the last one; 0: none yet. */
  status = 0;
  /** Bytes of the response body still missing; NaN while its length is unknown. */
  #missing = NaN;
  #hasHead = false;
  #hasNoBody = false;
  /** Bytes that the server may send. */
  receiveWindow = 0;
  /** Number of reads of the connection when the stream was opened. */
  openedAtRead = 0;

  constructor(listener: StreamListener) {
    this.listener = listener;
  }

  /** Sets the request to send next. */
  prepare(block: string, body: string | Buffer | null, isHead: boolean): void {
    this.block = block;
    this.body = body === null || body.length === 0 ? null : body;
    this.#isHead = isHead;
  }

  /** Opens the stream. */
  begin(id: number, sendWindow: number, receiveWindow: number): void {
    this.id = id;
    this.sendWindow = sendWindow;
    this.receiveWindow = receiveWindow;
    this.sentBytes = 0;
    this.isSent = this.body === null;
    this.status = 0;
    this.#missing = NaN;
    this.#hasHead = false;
  }

  /** Whether the headers of the final response have arrived: the next block are trailers. */
  get hasHead(): boolean {
    return this.#hasHead;
  }

  /** Whether all bytes of a body of known length have arrived. */
  get isComplete(): boolean {
    return this.#hasHead && this.#missing === 0;
  }

  /** Reads headers or trailers. @returns the error of an invalid response */
  readHeaders(block: HeaderBlock, isEnd: boolean): Error | undefined {
    if (block.problem !== '') return invalidResponse(block.problem);
    this.listener.arrived();
    if (this.#hasHead) return this.#readTrailers(block, isEnd);
    const { status, contentLength } = block;
    if (status === 0) return invalidResponse('no status');
    if (status < 200) {
      if (status === 101) return invalidResponse('status 101 (switching protocols), which HTTP/2 does not have');
      return isEnd ? invalidResponse(`no headers after its status ${status}`) : undefined;
    }
    this.status = status;
    this.#hasHead = true;
    this.#hasNoBody = this.#isHead || status === 204 || status === 304;
    if (this.#hasNoBody) this.#missing = 0;
    else if (contentLength >= 0) this.#missing = contentLength;
    this.listener.headers(block);
    return undefined;
  }

  #readTrailers(block: HeaderBlock, isEnd: boolean): Error | undefined {
    if (!isEnd) return invalidResponse('headers within its body');
    if (block.status !== 0) return invalidResponse('a status in its trailers');
    this.listener.trailers(block);
    return undefined;
  }

  /** Reads a part of the body. @returns the error of an invalid response */
  readData(bytes: Buffer, from: number, to: number): Error | undefined {
    if (!this.#hasHead) return invalidResponse('a body before its headers');
    this.#missing -= to - from;
    if (this.#missing < 0)
      return invalidResponse(
        this.#hasNoBody ? 'a body, which its method or status excludes' : 'a body longer than its content-length',
      );
    this.listener.arrived();
    this.listener.data(bytes, from, to);
    return undefined;
  }

  /** Reads the end of the response. @returns the error of an invalid response */
  readEnd(): Error | undefined {
    if (!this.#hasHead) return invalidResponse('no headers');
    if (!(this.#missing > 0)) return undefined;
    return new ClassifiedError(
      'reset',
      `the server ended the response ${this.#missing} bytes before its content-length`,
    );
  }
}
