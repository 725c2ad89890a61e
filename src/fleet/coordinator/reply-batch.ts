import type { Clock, Timer } from '../../shared/clock.ts';
import type { FleetMember } from './fleet-member.ts';

/** Longest delay of an answer in milliseconds. */
const MOST_MS = 10;
/** Agents of a fleet for each millisecond of delay: answers to fewer agents than that are not delayed. */
const AGENTS_PER_MS = 50;

type Respond = (data: Uint8Array) => void;

/**
 * Answers to the messages of agents. Those of a large fleet are sent together: for the coordinator, a write to the bus costs
 * several times as much as an answer.
 */
export class ReplyBatch {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #encode: (member: FleetMember) => Uint8Array;
  /** The answer to the last message of each agent: it holds for earlier ones, too. */
  readonly #waiting = new Map<FleetMember, Respond>();
  #timer: Timer | undefined;

  /** @param encode returns the answer to an agent, as of now */
  constructor(clock: Pick<Clock, 'after'>, encode: (member: FleetMember) => Uint8Array) {
    this.#clock = clock;
    this.#encode = encode;
  }

  /** Answers a message. @param agents number of agents of the fleet */
  add(member: FleetMember, respond: Respond, agents: number): void {
    const delayMs = Math.min(MOST_MS, Math.floor(agents / AGENTS_PER_MS));
    if (delayMs === 0) return respond(this.#encode(member));
    this.#waiting.set(member, respond);
    this.#timer ??= this.#clock.after(delayMs, () => this.flush());
  }

  /** Sends all answers. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const [member, respond] of this.#waiting) respond(this.#encode(member));
    this.#waiting.clear();
  }
}
