import type { LastState, LastStates } from '../../src/fleet/bus/bus.ts';
import { noAnswer, notConnected } from '../../src/fleet/bus/bus-errors.ts';
import type { Hub, HubMember } from './memory-hub.ts';
import { requireSize, requireStateSubject } from '../../src/fleet/bus/subjects.ts';

/** Time after which a store that does not answer is given up. */
const TIMEOUT_MS = 5000;

/** The last states of a {@link MemoryNetwork}, which all of its members share. */
export class MemoryLastStates implements LastStates {
  readonly #states: Map<string, Uint8Array>;
  readonly #hub: Hub;
  readonly #member: HubMember;
  readonly #isCutOff: () => boolean;

  constructor(states: Map<string, Uint8Array>, hub: Hub, member: HubMember, isCutOff: () => boolean) {
    this.#states = states;
    this.#hub = hub;
    this.#member = member;
    this.#isCutOff = isCutOff;
  }

  async put(subject: string, data: Uint8Array): Promise<void> {
    requireStateSubject(subject);
    requireSize(subject, data, this.#hub.maxPayload);
    const copy = data.slice();
    return this.#ask(subject, () => void this.#states.set(subject, copy));
  }

  async get(prefix: string): Promise<readonly LastState[]> {
    requireStateSubject(prefix);
    return this.#ask(prefix, () =>
      [...this.#states]
        .filter(([subject]) => subject === prefix || subject.startsWith(`${prefix}.`))
        .map(([subject, data]) => ({ subject, data: data.slice() }))
        .toSorted((a, b) => (a.subject < b.subject ? -1 : 1)),
    );
  }

  /** Reaches the server after one delay, and the member after another. */
  async #ask<T>(subject: string, execute: () => T): Promise<T> {
    const member = this.#member;
    const { connection } = member;
    const requireConnection = (): void => {
      if (member.isConnected && member.connection === connection) return;
      throw notConnected(subject);
    };
    if (!member.isCrashed) requireConnection();
    await this.#wait(this.#isCutOff() ? TIMEOUT_MS : this.#hub.delayMs());
    requireConnection();
    if (this.#isCutOff()) throw noAnswer(subject, TIMEOUT_MS);
    const result = execute();
    await this.#wait(this.#hub.delayMs());
    requireConnection();
    return result;
  }

  /** Never ends for a crashed member. */
  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#hub.queue.after(ms, () => {
        if (!this.#member.isCrashed) resolve();
      });
    });
  }
}
