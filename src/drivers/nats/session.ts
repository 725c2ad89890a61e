import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { failure, OK } from '../../shared/outcome.ts';
import type { Target } from '../../plan/target.ts';
import type { Exchange, Session } from '../driver.ts';
import { connectAhead, type ConnectionWarmUp } from '../error-classification.ts';
import { MessageContent } from '../message-content.ts';
import { SessionBase } from '../session-base.ts';
import { WireMeter } from '../wire-meter.ts';
import { MESSAGE_ID } from './command.ts';
import { INBOX_SID, NatsConnection, type NatsConnectionOptions, type NatsListener } from './connection.ts';
import { classifyNatsError, NatsError } from './errors.ts';
import { encodeMessage, type NatsRequest, type OutgoingMessage } from './request.ts';
import { headerLine, parseHeaders } from './headers.ts';
import type { NatsMessage } from './protocol-reader.ts';
import { outcomeOfReply } from './replies.ts';

/** Options shared by the sessions of one job. */
export interface NatsSessionOptions {
  readonly connection: NatsConnectionOptions;
  /** In the order of the driver's operations. */
  readonly requests: readonly NatsRequest[];
  readonly openingAhead: ConnectionWarmUp;
  readonly target: Target;
  /** Number of the next connection, which selects its server. */
  turn: number;
}

const ACK = Buffer.from('+ACK');

/** One worker's connection to a NATS server: turns tickets into messages, and replies into outcomes. */
export class NatsSession extends SessionBase<WireMeter> implements Session, NatsListener {
  readonly #options: NatsSessionOptions;
  readonly #id = randomBytes(12).toString('hex');
  readonly #inbox: string;
  #connection: NatsConnection | undefined;
  /** Messages published so far, for unique subjects of replies and ids. */
  #published = 0;
  /** The request in flight, and what ends it: a reply on a subject, a message with an id, a pong, or `written`. */
  #request: NatsRequest | undefined;
  #awaited = '';
  /** Message of JetStream whose acknowledgement is not confirmed yet. */
  #unconfirmed: NatsMessage | undefined;
  /** Error of the published message, before the pong. */
  #refusal: NatsError | undefined;
  /** Subject on which published messages are received, and the number of its subscription. */
  #receives = '';
  #sid = Number(INBOX_SID);

  constructor(options: NatsSessionOptions) {
    super(new WireMeter());
    this.#options = options;
    this.#inbox = `${options.connection.settings.inboxPrefix}.${this.#id}`;
  }

  /**
   * Opens the connection ahead of the first request if the server accepts it.
   * @throws {LoadbotError} for a permanent error
   */
  async open(signal: AbortSignal): Promise<void> {
    const { openingAhead, target } = this.#options;
    await connectAhead({
      signal,
      warmUp: openingAhead,
      target,
      connect: () => this.#connect().open(),
      drop: () => this.drop(),
      classify: classifyNatsError,
    });
  }

  execute(exchange: Exchange): void {
    this.exchange = exchange;
    const request = this.#options.requests[exchange.operation]!; // one for each operation
    this.#request = request;
    if (request.needs !== undefined) exchange.response = undefined;
    if (this.#connection?.ready === true) this.#send(this.#connection, request, exchange, true);
    else this.#openFor(request, exchange);
  }

  async close(): Promise<void> {
    this.drop();
  }

  opening(wire: Socket): void {
    this.meter.follow(wire);
  }

  message(message: NatsMessage): void {
    const request = this.#request;
    if (this.exchange === undefined || request === undefined) return;
    if (message.sid !== INBOX_SID) this.#received(message, request);
    else if (message.subject === this.#awaited || this.#isStored(message, request)) this.#replied(message, request);
  }

  pong(): void {
    if (this.#awaited !== 'pong') return;
    if (this.#refusal === undefined) this.finish(OK);
    else this.finish(failure(this.#refusal.errorClass), this.#refusal, this.#refusal.detail);
  }

  refused(error: NatsError): void {
    this.#receives = ''; // the refused operation may be its subscription
    if (this.#awaited === 'pong') this.#refusal ??= error;
    else this.finish(failure(error.errorClass), error, error.detail);
  }

  lost(error: unknown): void {
    const { errorClass, detail } = classifyNatsError(error);
    this.breakOff(failure(errorClass), error, detail);
  }

  #connect(): NatsConnection {
    const { connection } = this.#options;
    const { servers } = connection.settings;
    const server = servers[this.#options.turn++ % servers.length]!; // at least one
    this.#receives = '';
    return (this.#connection = new NatsConnection(connection, server, this.#inbox, this));
  }

  #openFor(request: NatsRequest, exchange: Exchange): void {
    const connection = this.#connect();
    connection.open().then(
      () => {
        if (this.#connection === connection) this.#send(connection, request, exchange, false);
      },
      (error: unknown) => {
        if (this.#connection === connection) this.lost(error);
      },
    );
  }

  #send(connection: NatsConnection, request: NatsRequest, exchange: Exchange, wasOpen: boolean): void {
    try {
      const message = request.prepare(exchange.sequence);
      const size = message.payload.length;
      if (size > connection.maxPayload) {
        this.#failTooLarge(exchange, size, connection.maxPayload);
        return;
      }
      const bytes = this.#encode(connection, request, message);
      this.#refusal = undefined;
      this.#unconfirmed = undefined;
      if (wasOpen) exchange.sentMs = this.#options.connection.clock.nowMs();
      if (this.#awaited !== 'written') connection.write(bytes);
      else connection.write(bytes, this.#writtenOf(exchange.sequence));
    } catch (error) {
      this.failLater(exchange, error);
    }
  }

  /** The bytes of a request, and what ends it. */
  #encode(connection: NatsConnection, { kind, isFlushed }: NatsRequest, message: OutgoingMessage): Buffer {
    const number = (++this.#published).toString(36);
    if (message.headers !== '') requireHeaders(connection);
    if (kind !== 'publish') {
      this.#awaited = `${this.#inbox}.${number}`;
      return encodeMessage(message, this.#awaited);
    }
    if (message.receive === undefined) {
      this.#awaited = isFlushed ? 'pong' : 'written';
      const bytes = encodeMessage(message, '');
      return isFlushed ? Buffer.concat([bytes, Buffer.from('PING\r\n')]) : bytes;
    }
    requireHeaders(connection);
    const id = `${this.#id}.${number}`;
    this.#awaited = id;
    const bytes = encodeMessage({ ...message, headers: message.headers + headerLine(MESSAGE_ID, id) }, '');
    if (message.receive === this.#receives) return bytes;
    const unsubscribe = this.#receives === '' ? '' : `UNSUB ${this.#sid}\r\n`;
    this.#receives = message.receive;
    return Buffer.concat([Buffer.from(`${unsubscribe}SUB ${message.receive} ${++this.#sid}\r\n`), bytes]);
  }

  /** Ends a request whose bytes were taken by the operating system. */
  #writtenOf(sequence: number): (error?: Error | null) => void {
    return (error) => {
      if (!error && this.#awaited === 'written' && this.exchange?.sequence === sequence) this.finish(OK);
    };
  }

  #failTooLarge({ sequence }: Exchange, size: number, most: number): void {
    const error = new NatsError(
      'driver',
      'message_too_large',
      `the message has ${size} bytes; the server takes ${most}`,
    );
    this.#awaited = '';
    setImmediate(() => {
      if (this.exchange?.sequence === sequence) this.finish(failure(error.errorClass), error, error.detail);
    });
  }

  #replied(message: NatsMessage, request: NatsRequest): void {
    const unconfirmed = this.#unconfirmed;
    if (unconfirmed !== undefined) {
      this.#unconfirmed = undefined;
      this.#keep(unconfirmed, request);
      const { outcome, error } = outcomeOfReply(message, { kind: 'request', type: request.type });
      this.finish(outcome, error, error?.detail);
      return;
    }
    const { outcome, error } = outcomeOfReply(message, request);
    const isNext = request.kind === 'jetstream_next' && outcome === OK;
    if (isNext && request.isAcknowledged && message.reply !== '') {
      this.#unconfirmed = message;
      this.#awaited = `${this.#inbox}.${(++this.#published).toString(36)}`;
      this.#connection?.write(
        encodeMessage({ subject: message.reply, headers: '', payload: ACK, receive: undefined }, this.#awaited),
      );
      return;
    }
    this.#keep(message, request);
    this.finish(outcome, error, error?.detail);
  }

  /** Whether it is a message of a stream, which keeps its own subject when it is the reply to a request. */
  #isStored({ subject }: NatsMessage, { kind }: NatsRequest): boolean {
    return kind === 'jetstream_next' && this.#unconfirmed === undefined && !subject.startsWith(`${this.#inbox}.`);
  }

  /** Ends a request whose own message has arrived; others are those of other sessions, or late ones. */
  #received(message: NatsMessage, request: NatsRequest): void {
    if (message.sid !== String(this.#sid) || message.headers?.includes(this.#awaited) !== true) return;
    if (parseHeaders(message.headers).get(MESSAGE_ID.toLowerCase()) !== this.#awaited) return;
    this.#keep(message, request);
    this.finish(OK);
  }

  #keep({ data: body, headers }: NatsMessage, { needs }: NatsRequest): void {
    if (needs !== undefined && this.exchange !== undefined)
      this.exchange.response = new MessageContent({ body, headers: () => parseHeaders(headers) }, needs);
  }

  protected drop(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
  }
}

/** @throws {Error} for a server without headers, before NATS 2.2 */
function requireHeaders({ hasHeaders }: NatsConnection): void {
  if (!hasHeaders) throw new Error('the server does not support headers');
}
