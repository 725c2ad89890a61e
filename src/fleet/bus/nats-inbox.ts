import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { NatsSubscription } from './nats-subscription.ts';

/** Receives the answers to the requests of a member, over one subscription. */
export class NatsInbox {
  readonly #subject: string;
  readonly #subscription: NatsSubscription;
  readonly #receivers = new Map<string, (message: Msg) => void>();
  #opened = 0;

  /** @param subject unique for this connection, without wildcards */
  constructor(connection: NatsConnection, subject: string) {
    this.#subject = subject;
    this.#subscription = new NatsSubscription(connection, `${subject}.*`, (message) => {
      this.#receivers.get(message.subject)?.(message);
    });
  }

  /** False after the server has denied its subject. */
  get isOpen(): boolean {
    return this.#subscription.isOpen;
  }

  /** Returns a subject for the answers to one request, until it is closed. */
  open(onReply: (message: Msg) => void): string {
    const subject = `${this.#subject}.${(this.#opened++).toString(36)}`;
    this.#receivers.set(subject, onReply);
    return subject;
  }

  close(subject: string): void {
    this.#receivers.delete(subject);
  }

  restore(): void {
    this.#subscription.restore();
  }
}
