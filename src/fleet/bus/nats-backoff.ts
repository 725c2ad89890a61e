import type { NatsConnection } from '@nats-io/transport-node';

const FIRST_MS = 100;
const MOST_MS = 4000;

/** Delays between attempts to reconnect: doubling, and different for each member of a fleet. */
export class ReconnectBackoff {
  #attempts = 0;

  /** Counts the attempts of a connection until it ends. */
  async follow(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'reconnecting') this.#attempts++;
      if (type === 'reconnect') this.#attempts = 0;
    }
  }

  /** Delay before the next attempt: half of it is random. */
  delayMs(): number {
    const most = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(this.#attempts, 10));
    return Math.round((most / 2) * (1 + Math.random()));
  }
}
