import type { Msg, NatsConnection, Status } from '@nats-io/transport-node';
import { type Clock, settlesWithTimeout } from '../../shared/clock.ts';
import { type Bus, BusError, type BusMessage, type BusStatus, type LastStates } from './bus.ts';
import { connectionLost, noResponders, notConnected } from './bus-errors.ts';
import { NatsInbox } from './nats-inbox.ts';
import type { CreateLastStates } from './nats-last-states.ts';
import { NatsSubscription } from './nats-subscription.ts';
import { firstAnswer, type PendingRequest, PendingRequests, type RequestEnds } from './pending-requests.ts';
import { requirePattern, requireSize, requireSubject } from './subjects.ts';
import { UnsentBytes } from './unsent-bytes.ts';

/** Bytes that may wait for the server; more are dropped. Many times the largest messages of a fleet. */
const MOST_UNSENT_BYTES = 32 * 2 ** 20;
/** Bound of each of the two steps of `close`. */
const CLOSE_TIMEOUT_MS = 2000;
/** Status of the server's answer to a request without responders. */
const NO_RESPONDERS = 503;

/** Reports of the connection that no call can return. */
export interface NatsEvents {
  /** Explains an error that the server reported. */
  explain(error: Error): BusError;
  /** The problem of a lost connection. */
  explainLoss(): BusError;
  /** The subject that the server denied to publish to. */
  deniedSubject(error: Error): string | undefined;
  /** Called with problems that no promise rejects with, such as a denied subscription; repeated ones once. */
  readonly onProblem: (problem: BusError) => void;
}

/** A bus over an open connection to NATS; see `connectNats`. */
export class NatsBus implements Bus {
  readonly lastStates: LastStates | undefined;
  readonly #connection: NatsConnection;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #events: NatsEvents;
  readonly #pending: PendingRequests;
  readonly #inbox: NatsInbox;
  readonly #unsent: UnsentBytes;
  readonly #subscriptions = new Set<NatsSubscription>();
  readonly #listeners = new Set<(status: BusStatus) => void>();
  readonly #reported = new Set<string>();
  #status: BusStatus = 'connected';
  #maxPayload: number;
  #lastClose: Promise<void> | undefined;

  constructor(
    connection: NatsConnection,
    inbox: string,
    clock: Pick<Clock, 'after'>,
    events: NatsEvents,
    createLastStates: CreateLastStates | undefined,
  ) {
    this.#connection = connection;
    this.#clock = clock;
    this.#events = events;
    this.#pending = new PendingRequests(clock);
    this.#inbox = new NatsInbox(connection, inbox);
    this.#unsent = new UnsentBytes(MOST_UNSENT_BYTES, () => connection.flush());
    this.#maxPayload = connection.info?.max_payload ?? 2 ** 20;
    this.lastStates = createLastStates?.(this);
    void this.#watch();
  }

  get maxPayload(): number {
    return this.#maxPayload;
  }

  get status(): BusStatus {
    return this.#status;
  }

  publish(subject: string, data: Uint8Array): void {
    this.#requireMessage(subject, data);
    if (this.#status === 'connected') this.#send(subject, data);
  }

  subscribe(subject: string, onMessage: (message: BusMessage) => void): () => void {
    requirePattern(subject);
    if (this.#status === 'closed') throw notConnected(subject);
    const subscription = new NatsSubscription(this.#connection, subject, (message) => {
      onMessage(this.#toBusMessage(message));
    });
    this.#subscriptions.add(subscription);
    return () => {
      if (this.#subscriptions.delete(subscription)) subscription.end();
    };
  }

  async request(subject: string, data: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
    this.#requireConnection(subject, data);
    return firstAnswer(subject, timeoutMs, (ends, resolve) => {
      this.#ask(subject, data, timeoutMs, ends, (pending, answer, isUnheard) => {
        pending.end(() => (isUnheard ? ends.reject(noResponders(subject)) : resolve(answer)));
      });
    });
  }

  async requestMany(
    subject: string,
    data: Uint8Array,
    withinMs: number,
    onAnswer: (data: Uint8Array) => void,
  ): Promise<void> {
    this.#requireConnection(subject, data);
    return new Promise((resolve, reject) => {
      this.#ask(subject, data, withinMs, { expire: resolve, reject }, (_, answer, isUnheard) => {
        if (!isUnheard) onAnswer(answer);
      });
    });
  }

  /** Waits until the server has accepted the inbox of this member; false if it denies it. */
  async hasInbox(): Promise<boolean> {
    await settlesWithTimeout(this.#clock, CLOSE_TIMEOUT_MS, this.#connection.flush());
    return this.#inbox.isOpen;
  }

  onStatus(listener: (status: BusStatus) => void): () => void {
    const own = (status: BusStatus): void => listener(status);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  close(): Promise<void> {
    this.#lastClose ??= this.#close();
    return this.#lastClose;
  }

  async #close(): Promise<void> {
    const wasConnected = this.#status === 'connected';
    for (const subscription of this.#subscriptions) subscription.end();
    this.#subscriptions.clear();
    this.#lose('closed');
    const connection = this.#connection;
    // Messages published before the close are sent.
    if (wasConnected) await settlesWithTimeout(this.#clock, CLOSE_TIMEOUT_MS, connection.flush());
    await settlesWithTimeout(this.#clock, CLOSE_TIMEOUT_MS, connection.close());
  }

  /** Sends a request; answers arrive until it ends. */
  #ask(
    subject: string,
    data: Uint8Array,
    withinMs: number,
    ends: RequestEnds,
    onReply: (pending: PendingRequest, answer: Uint8Array, isUnheard: boolean) => void,
  ): void {
    const reply = this.#inbox.open(({ data: answer, headers }) => {
      onReply(pending, answer, answer.length === 0 && headers?.code === NO_RESPONDERS);
    });
    const pending = this.#pending.add(subject, withinMs, { ...ends, ended: () => this.#inbox.close(reply) });
    if (!this.#send(subject, data, reply)) {
      pending.fail(new BusError('disconnected', `${subject}: the connection to the bus takes no more data`));
    }
  }

  /** Returns false if the message was dropped. */
  #send(subject: string, data: Uint8Array, reply?: string): boolean {
    if (!this.#unsent.take(data.length + subject.length)) return false;
    this.#connection.publish(subject, data, reply === undefined ? {} : { reply });
    return true;
  }

  #toBusMessage({ subject, data, reply }: Msg): BusMessage {
    if (reply === undefined || reply === '') return { subject, data, respond: undefined };
    const respond = (answer: Uint8Array): void => {
      requireSize(subject, answer, this.#maxPayload);
      if (this.#status === 'connected') this.#send(reply, answer);
    };
    return { subject, data, respond };
  }

  #requireMessage(subject: string, data: Uint8Array): void {
    requireSubject(subject);
    requireSize(subject, data, this.#maxPayload);
  }

  #requireConnection(subject: string, data: Uint8Array): void {
    this.#requireMessage(subject, data);
    if (this.#status !== 'connected') throw notConnected(subject);
  }

  async #watch(): Promise<void> {
    for await (const status of this.#connection.status()) this.#handle(status);
    // The library gave up, which its options exclude, or the bus was closed.
    if (this.#status !== 'closed') this.#lose('closed');
  }

  #handle(status: Status): void {
    if (this.#status === 'closed') return;
    if (status.type === 'error') this.#handleError(status.error);
    if (status.type === 'disconnect' && this.#status === 'connected') {
      this.#lose('reconnecting');
      this.#events.onProblem(this.#events.explainLoss());
    }
    if (status.type === 'reconnect') this.#restore();
  }

  #handleError(error: Error): void {
    const denied = this.#events.deniedSubject(error);
    const problem = this.#events.explain(error);
    if (denied !== undefined) this.#pending.failAll(() => problem, denied);
    if (this.#reported.has(problem.message)) return;
    this.#reported.add(problem.message);
    this.#events.onProblem(problem);
  }

  #lose(status: 'closed' | 'reconnecting'): void {
    this.#pending.failAll(connectionLost);
    this.#setStatus(status);
  }

  #restore(): void {
    this.#maxPayload = this.#connection.info?.max_payload ?? this.#maxPayload;
    this.#unsent.reset();
    this.#reported.clear();
    this.#inbox.restore();
    for (const subscription of this.#subscriptions) subscription.restore();
    this.#setStatus('connected');
  }

  #setStatus(status: BusStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    for (const listener of this.#listeners) listener(status);
  }
}
