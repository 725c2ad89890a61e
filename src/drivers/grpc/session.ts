import type { Json } from '../../shared/json.ts';
import { failure } from '../../shared/outcome.ts';
import { classifyError } from '../classify-error.ts';
import type { Exchange, Session } from '../driver.ts';
import type { HttpConnectionOptions } from '../http/connection.ts';
import { ReplyContent } from '../reply-content.ts';
import { SessionBase } from '../session-base.ts';
import { type ByteCounters, WireMeter } from '../wire-meter.ts';
import { type ChannelListener, GrpcChannel } from './channel.ts';
import { MessageReader } from './frames.ts';
import type { GrpcRequest } from './request.ts';
import { type CallStatus, outcomeOf } from './status.ts';

/** Options shared by the sessions of one job. */
export interface GrpcSessionOptions {
  readonly connection: HttpConnectionOptions;
  /** In the order of the driver's operations; with reflection, read from the server by the first session. */
  readonly requests: (signal: AbortSignal) => Promise<readonly GrpcRequest[]>;
}

/** How messages become JSON: 64-bit integers and names of enumerations as text, bytes in base64. */
const AS_JSON = {
  longs: String,
  enums: String,
  bytes: String,
  defaults: true,
  arrays: true,
  objects: true,
  json: true,
};

/** One worker's connection to a gRPC server: turns tickets into calls, and statuses into outcomes. */
export class GrpcSession extends SessionBase<WireMeter> implements Session, ChannelListener {
  readonly #options: GrpcSessionOptions;
  readonly #reader = new MessageReader();
  #requests: readonly GrpcRequest[] = [];
  #channel: GrpcChannel | undefined;
  /** The call in flight. */
  #request: GrpcRequest | undefined;

  constructor(options: GrpcSessionOptions) {
    super(new WireMeter());
    this.#options = options;
  }

  /**
   * Opens the connection ahead of the first request if the server accepts it.
   * @throws {LoadbotError} when the requests cannot be compiled
   */
  async open(signal: AbortSignal): Promise<void> {
    this.#requests = await this.#options.requests(signal);
    await this.#open().open(signal);
  }

  execute(exchange: Exchange): void {
    this.exchange = exchange;
    const request = this.#requests[exchange.operation]!; // one for each
    this.#request = request;
    const { needs } = request;
    if (needs !== undefined) exchange.response = undefined;
    try {
      const call = request.prepare(exchange.sequence);
      this.#reader.begin(needs?.body === true ? needs.maxBytes : 0);
      (this.#channel ?? this.#open()).send(call);
    } catch (error) {
      this.failLater(exchange, error);
    }
  }

  async close(): Promise<void> {
    const channel = this.#channel;
    this.drop();
    await channel?.closed();
  }

  opening(wire: ByteCounters): void {
    this.meter.follow(wire);
  }

  writing(waited: boolean): void {
    if (!waited && this.exchange !== undefined) this.exchange.sentMs = this.#options.connection.clock.nowMs();
  }

  ended(status: CallStatus): void {
    const request = this.#request!; // set by execute
    const { outcome, failure: reason, detail } = outcomeOf(status, request.type);
    if (request.needs !== undefined && this.exchange !== undefined) this.exchange.response = this.#content(request);
    this.finish(outcome, reason, detail);
  }

  failed(error: unknown): void {
    this.breakOff(failure(classifyError(error)), error);
  }

  #content({ method, needs }: GrpcRequest): ReplyContent {
    const { count, bytes, messages } = this.#reader;
    const { response, streamsResponse } = method;
    const build = (): Json => {
      const replies = messages.map((message) => response.toObject(response.decode(message), AS_JSON) as Json);
      return streamsResponse ? replies : (replies[0] ?? null);
    };
    const maxBytes = needs?.maxBytes ?? 0;
    return new ReplyContent({ rowCount: count, bytes, maxBytes, build: needs?.body === true ? build : undefined });
  }

  #open(): GrpcChannel {
    return (this.#channel = new GrpcChannel(this.#options.connection, this.#reader, this));
  }

  protected drop(): void {
    this.#channel?.destroy();
    this.#channel = undefined;
  }
}
