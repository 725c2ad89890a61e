import type { Clock } from '../../src/shared/clock.ts';
import type { Bus } from '../../src/fleet/bus/bus.ts';
import { EventQueue, type ExactClock, isExact } from './event-queue.ts';
import { MemoryBus } from './memory-bus.ts';
import { createDraw, type MemoryFaults, NO_FAULTS } from './memory-faults.ts';
import type { Hub, HubMember, MessageKind } from './memory-hub.ts';
import { MemoryInterest } from './memory-interest.ts';
import { MemoryLastStates } from './memory-last-states.ts';
import { Partitions } from './memory-partitions.ts';

export interface MemoryNetworkOptions {
  readonly clock: Pick<Clock, 'after' | 'nowMs'>;
  /** Seed of the faults. Default 1. */
  readonly seed?: number;
  readonly faults?: Partial<MemoryFaults>;
  /** Bytes. Default 1 MiB. */
  readonly maxPayload?: number;
  /** Whether the last state of a subject is kept. Default true. */
  readonly keepsLastStates?: boolean;
}

/** Messages and receivers of a network since it exists. */
export interface MemoryCounts {
  sent: number;
  delivered: number;
  /** Lost by chance, by a partition, or with a connection. */
  lost: number;
  duplicated: number;
}

/**
 * An in-process bus for tests and simulated fleets, with faults that follow from a seed. Time is that of its clock; all
 * callbacks run in timers of that clock, never within the call that causes them.
 */
export class MemoryNetwork {
  readonly counts: MemoryCounts = { sent: 0, delivered: 0, lost: 0, duplicated: 0 };
  readonly #queue: ExactClock;
  readonly #draw: () => number;
  readonly #options: MemoryNetworkOptions;
  readonly #partitions = new Partitions();
  readonly #members = new Set<MemoryBus>();
  readonly #interest = new MemoryInterest();
  readonly #states = new Map<string, Uint8Array>();
  #faults: MemoryFaults;
  #isUp = true;

  constructor(options: MemoryNetworkOptions) {
    this.#options = options;
    this.#queue = isExact(options.clock) ? options.clock : new EventQueue(options.clock);
    this.#draw = createDraw(options.seed ?? 1);
    this.#faults = { ...NO_FAULTS, ...options.faults };
  }

  /** Adds a member. Names are for partitions; several members may have the same. */
  join(name: string): Bus {
    const hub: Hub = {
      queue: this.#queue,
      maxPayload: this.#options.maxPayload ?? 2 ** 20,
      subscribe: (subscription) => this.#interest.add(subscription),
      route: (subject) => this.#interest.match(subject).filter(({ member }) => member.isConnected),
      transmit: (from, to, kind, deliver) => this.#transmit(from, to, kind, deliver),
      delayMs: () => this.#faults.delayMs(this.#draw()),
    };
    const bus: MemoryBus = new MemoryBus(name, hub, this.#isUp, (member) => {
      if (this.#options.keepsLastStates === false) return undefined;
      return new MemoryLastStates(this.#states, hub, member, () => this.#partitions.isCutOff(name));
    });
    this.#members.add(bus);
    return bus;
  }

  /** Changes faults from now on. */
  setFaults(faults: Partial<MemoryFaults>): void {
    this.#faults = { ...this.#faults, ...faults };
  }

  /**
   * Loses all messages between two groups of members, without any sign for them: their status stays `connected`, and
   * requests time out.
   * @param others all other members if absent
   * @returns a function that ends the partition
   */
  partition(names: readonly string[], others?: readonly string[]): () => void {
    return this.#partitions.add(names, others);
  }

  /** Closes the connection of members, which stay `reconnecting` until `reconnect`. */
  disconnect(name: string): void {
    for (const member of this.#named(name)) member.loseConnection();
  }

  /** Connects members again after `disconnect`. */
  reconnect(name: string): void {
    for (const member of this.#named(name)) member.restoreConnection();
  }

  /** Ends members as a crash of their processes would: no promise of theirs settles, and no callback is called. */
  kill(name: string): void {
    for (const member of this.#named(name)) {
      member.crash();
      this.#members.delete(member);
    }
  }

  /** The server is gone: all members are `reconnecting`. */
  down(): void {
    this.#isUp = false;
    for (const member of this.#members) member.loseConnection();
  }

  /** The server is there again; members reconnect after `reconnectMs`. */
  up(): void {
    this.#isUp = true;
    for (const member of this.#members) {
      this.#queue.after(this.#faults.reconnectMs(this.#draw()), () => {
        if (this.#isUp) member.restoreConnection();
      });
    }
  }

  *#named(name: string): Generator<MemoryBus> {
    for (const member of this.#members) {
      if (member.name === name) yield member;
    }
  }

  #transmit(from: HubMember, to: HubMember, kind: MessageKind, deliver: () => void): void {
    this.counts.sent++;
    if (this.#draw() < this.#lossOf(kind)) {
      this.counts.lost++;
      return;
    }
    this.#schedule(from, to, deliver);
    if (this.#draw() >= this.#faults.duplicated) return;
    this.counts.duplicated++;
    this.#schedule(from, to, deliver);
  }

  #schedule(from: HubMember, to: HubMember, deliver: () => void): void {
    const sentMs = this.#queue.nowMs();
    const { delayMs, reordered } = this.#faults;
    let dueMs = sentMs + delayMs(this.#draw());
    if (this.#draw() < reordered) dueMs += delayMs(this.#draw());
    else dueMs = from.inOrder(to, dueMs);
    const { connection } = to;
    const wasCut = this.#partitions.separates(from.name, to.name);
    this.#queue.at(dueMs, () => {
      const isLost = wasCut || to.connection !== connection || this.#partitions.separates(from.name, to.name);
      this.counts[isLost ? 'lost' : 'delivered']++;
      if (!isLost) deliver();
    });
  }

  #lossOf(kind: MessageKind): number {
    const { lostPublishes, lostRequests, lostReplies } = this.#faults;
    return { publish: lostPublishes, request: lostRequests, reply: lostReplies }[kind];
  }
}
