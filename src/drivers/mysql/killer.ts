import type { Connection } from 'mysql2';
import type { Clock } from '../../core/clock.ts';

/** How long a killer may take to connect, and at the end to say what it still has to say. */
export const PATIENCE_MS = 500;

/**
 * Tells the server to stop statements that we have given up: it would go on with them otherwise, because it looks after its client
 * only when it has something to send. A timeout often strikes all workers at once: one connection serves them all, and is
 * closed when nothing is left to stop.
 */
export class Killer {
  readonly #connect: () => Connection;
  readonly #clock: Clock;
  #connection: Connection | undefined;
  #pending = 0;
  #idle: () => void = () => undefined;

  /** @param connect begins to open a connection to the server that is to stop something */
  constructor(connect: () => Connection, clock: Clock) {
    this.#connect = connect;
    this.#clock = clock;
  }

  /** Ends a connection of ours, with what it is doing. Does not wait; whether it worked nobody asks. */
  kill(threadId: number): void {
    const connection = (this.#connection ??= this.#open());
    this.#pending++;
    connection.query(`KILL ${threadId}`, () => {
      if (this.#connection === connection && --this.#pending === 0) this.#drop();
    });
  }

  /** Resolves when all kills have been answered, or their time is over. */
  async close(): Promise<void> {
    if (this.#connection === undefined) return;
    await new Promise<void>((resolve) => {
      const timer = this.#clock.after(PATIENCE_MS, () => this.#drop());
      this.#idle = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  #open(): Connection {
    const connection = this.#connect();
    connection.on('error', () => this.#connection === connection && this.#drop());
    return connection;
  }

  /** What could not be asked for is forgotten: a server that cannot be reached has nothing to stop. */
  #drop(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
    this.#pending = 0;
    this.#idle();
  }
}
