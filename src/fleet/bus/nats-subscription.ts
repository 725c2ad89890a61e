import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';

/** A subscription that continues after reconnects, also if a connection before denied it. */
export class NatsSubscription {
  readonly #connection: NatsConnection;
  readonly #subject: string;
  readonly #onMessage: (message: Msg) => void;
  #subscription: Subscription;

  constructor(connection: NatsConnection, subject: string, onMessage: (message: Msg) => void) {
    this.#connection = connection;
    this.#subject = subject;
    this.#onMessage = onMessage;
    this.#subscription = this.#open();
  }

  /** False after the server has denied it. */
  get isOpen(): boolean {
    return !this.#subscription.isClosed();
  }

  /** Subscribes again if the server has denied it: the library restores only accepted subscriptions. */
  restore(): void {
    if (!this.isOpen) this.#subscription = this.#open();
  }

  end(): void {
    this.#subscription.unsubscribe();
  }

  #open(): Subscription {
    return this.#connection.subscribe(this.#subject, {
      callback: (error, message) => {
        if (error === null) callSafely(() => this.#onMessage(message));
      },
    });
  }
}

/** Throws an error of a receiver outside of the library, whose connection would stop to read. */
function callSafely(receive: () => void): void {
  try {
    receive();
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
