import { isDeepStrictEqual } from 'node:util';
import type { Connection } from 'mysql2';
import type { Clock, Timer } from '../../shared/clock.ts';
import type { Address } from '../../shared/network/routed-socket.ts';

/** Connect timeout of a killer, and timeout of its pending kills at the end, in milliseconds. */
export const KILL_TIMEOUT_MS = 500;

/** Pending kills and the connection to one server. */
interface Kills {
  readonly server: Address;
  readonly connection: Connection;
  pending: number;
}

/**
 * Kills statements that the agent has abandoned. Otherwise the server would continue them, because it notices a closed
 * connection only when it writes to it. A timeout often affects all workers at once: one connection serves all kills of
 * a server, and closes when none is pending. A host name may have several servers whose connection ids overlap.
 */
export class StatementKiller {
  readonly #connect: (server: Address) => Connection;
  readonly #clock: Clock;
  readonly #open = new Set<Kills>();
  #idle: () => void = () => undefined;

  /** @param connect starts a connection to the given server */
  constructor(connect: (server: Address) => Connection, clock: Clock) {
    this.#connect = connect;
    this.#clock = clock;
  }

  /**
   * Kills a connection and its running statement. Does not wait, and its result is ignored.
   * @param server the server of that connection
   */
  kill(threadId: number, server: Address): void {
    const kills = this.#killsOf(server);
    kills.pending++;
    kills.connection.query(`KILL ${threadId}`, () => {
      if (--kills.pending === 0) this.#drop(kills);
    });
  }

  /** Resolves when all kills are complete or have timed out. */
  async close(): Promise<void> {
    if (this.#open.size === 0) return;
    let timer: Timer | undefined;
    await new Promise<void>((resolve) => {
      timer = this.#clock.after(KILL_TIMEOUT_MS, () => this.#open.forEach((kills) => this.#drop(kills)));
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

  /** Drops the pending kills: an unreachable server has no statement to kill. */
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
