import { failure, OK } from '../../shared/outcome.ts';
import { classifyError } from '../classify-error.ts';
import type { Exchange, Session } from '../driver.ts';
import type { ConnectionWarmUp } from '../error-classification.ts';
import { MessageContent } from '../message-content.ts';
import { SessionBase } from '../session-base.ts';
import { type ByteCounters, WireMeter } from '../wire-meter.ts';
import { ClosedByServer, detailOf } from './close-codes.ts';
import { WebSocketConnection } from './connection.ts';
import type { WebSocketConnectionOptions, WebSocketListener } from './connection-contract.ts';
import { Inbox } from './inbox.ts';
import type { MessageTest } from './matcher.ts';
import type { MessageOpcode } from './opcode.ts';
import { ReceivedMessage } from './received-message.ts';
import type { WebSocketRequest } from './request.ts';

/** Options shared by the sessions of one job. */
export interface WebSocketSessionOptions {
  readonly connection: WebSocketConnectionOptions;
  /** In the order of the driver's operations. */
  readonly requests: readonly WebSocketRequest[];
  /** Index in the job of the counter of messages that answer no request; -1: not recorded. */
  readonly otherMetric: number;
  readonly warmUp: ConnectionWarmUp;
}

/** One worker's WebSocket: turns tickets into frames, and messages into outcomes. */
export class WebSocketSession extends SessionBase<WireMeter> implements Session, WebSocketListener {
  readonly #options: WebSocketSessionOptions;
  readonly #connection: WebSocketConnection;
  /** Absent for jobs in which no request takes messages that arrived before it. */
  readonly #inbox: Inbox | undefined;
  /** The request in flight, or the last one. */
  #request: WebSocketRequest | undefined;
  #accepts: MessageTest | undefined;
  #ping = '';
  /** Whether the request in flight has been written, or waits on an open connection. */
  #isWaiting = false;
  /** Whether the answer has arrived; the request ends when all bytes that came with it are read. */
  #isAnswered = false;
  /** Messages that answered no request, since the last one that ended. */
  #others = 0;
  /** Number of requests so far. */
  #turn = 0;

  constructor(options: WebSocketSessionOptions) {
    super(new WireMeter());
    this.#options = options;
    this.#connection = new WebSocketConnection(options.connection, this);
    this.#inbox = options.requests.some(({ isWait }) => isWait) ? new Inbox() : undefined;
  }

  /** Opens the connection ahead of the first request if the server accepts it. Never rejects. */
  async open(signal: AbortSignal): Promise<void> {
    const { warmUp } = this.#options;
    if (signal.aborted || !warmUp.goesOn) return;
    const giveUp = (): void => this.drop();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      await this.#connection.open();
    } catch (error) {
      // The first request reports a server that still refuses.
      if (classifyError(error) === 'timeout') warmUp.goesOn = false;
    } finally {
      signal.removeEventListener('abort', giveUp);
    }
  }

  execute(exchange: Exchange): void {
    this.exchange = exchange;
    const request = this.#options.requests[exchange.operation]!; // one for each
    this.#request = request;
    this.#turn++;
    this.#isWaiting = this.#isAnswered = false;
    if (request.needs !== undefined) exchange.response = undefined;
    try {
      const { frame, accepts, ping } = request.prepare(exchange.sequence);
      this.#accepts = accepts;
      this.#ping = ping;
      const earlier = request.isWait ? this.#inbox?.take(accepts) : undefined;
      if (earlier === undefined) this.#connection.send(frame);
      else this.#takeEarlier(exchange, earlier);
    } catch (error) {
      this.failLater(exchange, error);
    }
  }

  override reconnect(): void {
    this.#forgetMessages();
    this.#connection.shutdown();
  }

  async close(): Promise<void> {
    this.reconnect();
    await this.#connection.closed();
  }

  opening(traffic: ByteCounters): void {
    this.meter.follow(traffic);
  }

  writing(waited: boolean): void {
    if (this.exchange === undefined) return;
    if (!waited) this.exchange.sentMs = this.#options.connection.clock.nowMs();
    this.#isWaiting = true;
  }

  written(): void {
    if (this.#isWaiting && this.#request?.endsWith === 'sent') this.#end();
  }

  message(_opcode: MessageOpcode, payload: Buffer): void {
    if (!this.#answers('message') || this.#accepts?.(new ReceivedMessage(payload)) === false) {
      this.#others += this.#inbox === undefined ? 1 : this.#inbox.add(payload);
      return;
    }
    this.#isAnswered = true;
    this.#keep(payload);
  }

  pong(payload: Buffer): void {
    if (this.#answers('pong') && payload.toString('latin1') === this.#ping) this.#isAnswered = true;
  }

  arrived(): void {
    if (this.#isAnswered) this.#end();
  }

  closing(code: number, reason: string): void {
    this.#forgetMessages();
    if (this.#isAnswered || this.#answers('close')) this.#end();
    else this.lost(new ClosedByServer(code, reason));
  }

  lost(error: unknown): void {
    this.#forgetMessages();
    if (this.#isAnswered) this.#end();
    else {
      this.#record();
      this.breakOff(failure(classifyError(error)), error, detailOf(error));
    }
  }

  protected drop(): void {
    this.#forgetMessages();
    this.#connection.drop();
  }

  /** Whether the request in flight waits for such an event. */
  #answers(event: WebSocketRequest['endsWith']): boolean {
    return this.#isWaiting && !this.#isAnswered && this.exchange !== undefined && this.#request?.endsWith === event;
  }

  /** Ends a request with a message that arrived before it, one event loop turn later. */
  #takeEarlier(exchange: Exchange, payload: Buffer): void {
    const turn = this.#turn;
    exchange.sentMs = this.#options.connection.clock.nowMs();
    this.#keep(payload);
    setImmediate(() => {
      if (turn === this.#turn) this.#end();
    });
  }

  #keep(payload: Buffer): void {
    const needs = this.#request?.needs;
    if (needs === undefined || this.exchange === undefined) return;
    // A message that is too large to be kept is only counted.
    const body = payload.length > needs.maxBytes ? payload : Buffer.from(payload);
    this.exchange.response = new MessageContent({ body, headers: noHeaders }, needs);
  }

  #end(): void {
    this.#isWaiting = this.#isAnswered = false;
    this.#record();
    this.finish(OK);
  }

  #record(): void {
    const { otherMetric } = this.#options;
    if (this.#others > 0 && otherMetric >= 0) this.exchange?.record(otherMetric, this.#others);
    this.#others = 0;
  }

  #forgetMessages(): void {
    this.#others += this.#inbox?.clear() ?? 0;
  }
}

const noHeaders = (): ReadonlyMap<string, string> => new Map();
