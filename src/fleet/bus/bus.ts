/** A received message. */
export interface BusMessage {
  /** The full subject, without wildcards. */
  readonly subject: string;
  /** Belongs to the receiver; never reused by the bus. */
  readonly data: Uint8Array;
  /**
   * Answers a request, best effort; further answers reach only `requestMany`. `undefined`: the message was published,
   * and no answer is expected.
   */
  readonly respond: ((data: Uint8Array) => void) | undefined;
}

/**
 * - `connected`: messages are sent.
 * - `reconnecting`: the server is unreachable. The bus tries again for ever; subscriptions continue after it.
 * - `closed`: `close` was called. Final.
 */
export type BusStatus = 'connected' | 'reconnecting' | 'closed';

/**
 * Messages by subject between the members of a fleet. Implementations pass `test/contract/bus`.
 *
 * - Delivery is at most once for `publish` and for each request and answer. A sender that needs more repeats the message and
 *   makes it idempotent.
 * - Messages of one publisher to one subscription arrive in the order in which they were published, unless a member
 *   reconnected meanwhile. A request and its answers count as messages.
 * - Nothing is stored or buffered: a message without a subscription, and one published while the status is not
 *   `connected`, is dropped.
 * - The bus may keep `data` that it is given: the sender does not change it afterwards.
 * - A member receives its own messages if it subscribes to their subject.
 * - Subjects are tokens separated by dots. A token is not empty and has only characters from `!` to `~` except `.`,
 *   `*` and `>`.
 */
export interface Bus {
  /** Largest message in bytes; 1 MiB by default with NATS. May change after a reconnect to another server. */
  readonly maxPayload: number;

  /**
   * Sends a message, best effort.
   * @throws {BusError} `refused` if it is larger than `maxPayload` or its subject is invalid
   */
  publish(subject: string, data: Uint8Array): void;

  /**
   * Calls `onMessage` for each message. `*` in the subject matches one token, a final `>` one or more. Subscriptions
   * survive reconnects.
   * @param onMessage must not throw
   * @returns a function that ends the subscription at once; repeated calls have no effect
   * @throws {BusError} `refused` if the subject is invalid, `disconnected` after `close`
   */
  subscribe(subject: string, onMessage: (message: BusMessage) => void): () => void;

  /**
   * Sends a request and waits for its first answer.
   * @throws {BusError} `no_responders` without a subscription to the subject, known after one round trip;
   *   `timeout` without an answer; `disconnected` if the status is not `connected`, or ceases to be meanwhile;
   *   `refused` like `publish`, and if the server denies the subject
   */
  request(subject: string, data: Uint8Array, timeoutMs: number): Promise<Uint8Array>;

  /**
   * Scatter-gather: sends a request and passes on every answer within `withinMs`. Resolves after that time, also
   * without a subscription to the subject.
   * @throws {BusError} `disconnected` and `refused` like `request`
   */
  requestMany(subject: string, data: Uint8Array, withinMs: number, onAnswer: (data: Uint8Array) => void): Promise<void>;

  readonly status: BusStatus;

  /**
   * Calls the listener after each change of the status.
   * @returns a function that removes it
   */
  onStatus(listener: (status: BusStatus) => void): () => void;

  /** The last state of each subject; `undefined` if the bus cannot keep it (NATS without JetStream). */
  readonly lastStates: LastStates | undefined;

  /** Ends all subscriptions and pending requests (`disconnected`). Takes a few seconds at most; never rejects. */
  close(): Promise<void>;
}

/**
 * A store with one message for each subject, for at most 24 hours. A convenience: acknowledged states may be lost, so
 * no number of a result depends on it.
 */
export interface LastStates {
  /**
   * Replaces the state of a subject, which begins with `lb1.s.`.
   * @throws {BusError} `timeout`, `disconnected`, `refused`
   */
  put(subject: string, data: Uint8Array): Promise<void>;
  /**
   * Returns the states of all subjects that begin with the tokens of `prefix`, in the order of their subjects.
   * @param prefix whole tokens, without wildcards: `lb1.s.run1` finds `lb1.s.run1.a.b`
   * @throws {BusError} `timeout`, `disconnected`, `refused`
   */
  get(prefix: string): Promise<readonly LastState[]>;
}

export interface LastState {
  readonly subject: string;
  readonly data: Uint8Array;
}

/**
 * - `no_responders`: no member subscribes to the subject of a request.
 * - `timeout`: no answer in time.
 * - `disconnected`: the bus is not connected, or the connection was lost before the answer.
 * - `refused`: too large, an invalid subject, or denied by the server.
 */
export type BusErrorCode = 'no_responders' | 'timeout' | 'disconnected' | 'refused';

/** A failed operation of a bus. The message names the subject and has no secrets. */
export class BusError extends Error {
  override readonly name = 'BusError';
  readonly code: BusErrorCode;

  constructor(code: BusErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}
