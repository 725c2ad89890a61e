import { isDeepStrictEqual } from 'node:util';
import type { Connection } from 'mysql2';
import type { Clock, Timer } from '../../core/clock.ts';
import type { Address } from '../../core/routed-socket.ts';

/** How long a killer may take to connect, and at the end to say what it still has to say. */
export const PATIENCE_MS = 500;

/** A connection that stops statements of one server. */
interface Kills {
  readonly server: Address;
  readonly connection: Connection;
  pending: number;
}

/**
 * Tells the server to stop statements that we have given up: it would go on with them otherwise, because it looks after its client
 * only when it has something to send. A timeout often strikes all workers at once: one connection serves all of a server's, and is
 * closed when nothing is left to stop. A name may have several servers, each with connections of the same numbers.
 */
export class Killer {
  readonly #connect: (server: Address) => Connection;
  readonly #clock: Clock;
  readonly #open = new Set<Kills>();
  #idle: () => void = () => undefined;

  /** @param connect begins to open a connection to the server that is to stop something */
  constructor(connect: (server: Address) => Connection, clock: Clock) {
    this.#connect = connect;
    this.#clock = clock;
  }

  /**
   * Ends a connection of ours, with what it is doing. Does not wait; whether it worked nobody asks.
   * @param server what that connection is to
   */
  kill(threadId: number, server: Address): void {
    const kills = this.#killsOf(server);
    kills.pending++;
    kills.connection.query(`KILL ${threadId}`, () => {
      if (--kills.pending === 0) this.#drop(kills);
    });
  }

  /** Resolves when all kills have been answered, or their time is over. */
  async close(): Promise<void> {
    if (this.#open.size === 0) return;
    let timer: Timer | undefined;
    await new Promise<void>((resolve) => {
      timer = this.#clock.after(PATIENCE_MS, () => this.#open.forEach((kills) => this.#drop(kills)));
      this.#idle = resolve;
    });
    timer?.cancel();
  }

  #killsOf(server: Address): Kills {
    for (const kills of this.#open) if (isSame(kills.server, server)) return kills;
    const kills: Kills = { server, connection: this.#connect(server), pending: 0 };
    kills.connection.on('error', () => this.#drop(kills));
    this.#open.add(kills);
    return kills;
  }

  /** What could not be asked for is forgotten: a server that cannot be reached has nothing to stop. */
  #drop(kills: Kills): void {
    if (!this.#open.delete(kills)) return;
    kills.connection.destroy();
    if (this.#open.size === 0) this.#idle();
  }
}

function isSame(one: Address, other: Address): boolean {
  if ('path' in one || 'path' in other) return isDeepStrictEqual(one, other);
  return one.host === other.host && one.port === other.port;
}
