import { ClassifiedError } from '../classify-error.ts';
import type { HttpConnectionOptions } from '../http/connection.ts';
import type { HeaderBlock } from '../http/http2/header-block.ts';
import { SessionPool } from '../http/http2/session-pool.ts';
import { StreamUser } from '../http/http2/stream-user.ts';
import type { ByteCounters } from '../wire-meter.ts';
import type { MessageReader } from './frames.ts';
import type { CallStatus } from './status.ts';

/** A call that is ready to be sent. */
export interface OutgoingCall {
  /** Header block as Latin-1 text. */
  readonly headers: string;
  /** Its messages, with their lengths; text is Latin-1. */
  readonly body: string | Buffer;
}

/** Receives the events of a channel. */
export interface ChannelListener {
  /** A new socket is being opened. */
  opening(wire: ByteCounters): void;
  /** The call is about to be written. `waited`: it had to wait for a new socket. */
  writing(waited: boolean): void;
  /** The server has ended the call. */
  ended(status: CallStatus): void;
  /** The call failed without a status; the channel is unusable. */
  failed(error: unknown): void;
}

/** An HTTP/2 connection to a gRPC server, with one call at a time. It is discarded after a failure. */
export class GrpcChannel extends StreamUser<ChannelListener> {
  readonly #reader: MessageReader;
  /** Status of the call in flight; `undefined`: the server has not sent one. */
  #status: CallStatus | undefined;

  /** @param reader receives the messages of responses */
  constructor(options: HttpConnectionOptions, reader: MessageReader, listener: ChannelListener) {
    super(listener, new SessionPool(options, 1));
    this.#reader = reader;
  }

  /** Sends a call; none may be in flight. */
  send({ headers, body }: OutgoingCall): void {
    this.#status = undefined;
    this.stream.prepare(headers, body, false);
    const { session } = this;
    if (session?.hasRoom === true) this.write(session, false);
    else this.wait();
  }

  arrived(): void {}

  headers(block: HeaderBlock): void {
    const { status } = block;
    if (status === 200) this.#status = statusOf(block);
    else this.#fail(new ClassifiedError(classOfHttp(status), `the server answered with HTTP status ${status}`));
  }

  data(bytes: Buffer, from: number, to: number): void {
    try {
      this.#reader.add(bytes, from, to);
    } catch (error) {
      this.#fail(error);
    }
  }

  trailers(block: HeaderBlock): void {
    this.#status = statusOf(block) ?? this.#status;
  }

  ended(): void {
    const status = this.#status;
    if (status === undefined) this.#fail(new ClassifiedError('protocol', 'the server ended the call without a status'));
    else if (status.code === 0 && !this.#reader.isComplete)
      this.#fail(new ClassifiedError('protocol', 'the server ended the call within a message'));
    else this.listener?.ended(status);
  }

  refused(error: Error): void {
    this.#fail(error);
  }

  failed(error: Error): void {
    // A server may end a call and reset the stream of its request.
    if (this.#status !== undefined && this.#reader.isComplete) this.listener?.ended(this.#status);
    else this.#fail(error);
  }

  #fail(error: unknown): void {
    this.listener?.failed(error);
  }
}

/** Status in headers or trailers; `undefined`: they have none. */
function statusOf({ fields }: HeaderBlock): CallStatus | undefined {
  let code: number | undefined;
  let message = '';
  for (let at = 0; at < fields.length; at += 2) {
    if (fields[at] === 'grpc-status') code = Number(fields[at + 1]);
    else if (fields[at] === 'grpc-message') message = decodeMessage(fields[at + 1]!); // pairs
  }
  if (code === undefined) return undefined;
  return code === 0 ? OK_STATUS : { code, message };
}

const OK_STATUS: CallStatus = { code: 0, message: '' };

/** The message is percent-encoded; text that is not is used as it is. */
function decodeMessage(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function classOfHttp(status: number): 'status_4xx' | 'status_5xx' | 'protocol' {
  if (status >= 500) return 'status_5xx';
  return status >= 400 ? 'status_4xx' : 'protocol';
}
