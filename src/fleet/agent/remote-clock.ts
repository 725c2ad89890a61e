import type { Clock, Timer } from '../../shared/clock.ts';
import type { Bus } from '../bus/bus.ts';
import { ClockOffset } from '../clock-offset.ts';
import { decodeTimePong, encodeTimePing } from '../wire/messages/time.ts';

/**
 * Pings before the first job, one after the other: the best of them decides. Many agents ask at the same time, and would
 * only wait for each other: they ask fewer times.
 */
const FIRST_PINGS = 32;
const LEAST_FIRST_PINGS = 8;
/** First pings of all agents together, as far as each sends the least number. */
const ALL_FIRST_PINGS = 4000;
/** Time for them, counted from the first answer: over a slow or lossy bus, fewer are enough. */
const FIRST_PINGS_MS = 2000;
const PING_TIMEOUT_MS = 500;
/** Least pause between two later pings. */
const PING_EVERY_MS = 2000;
/** Pause of each agent for each agent of the fleet: the coordinator answers 100 pings a second, however many agents ask. */
const PING_EVERY_MS_EACH = 10;
/** Attempts for the first pings. */
const MOST_ATTEMPTS = 64;

/** The coordinator's monotonic clock, estimated by pings over the bus. */
export class RemoteClock {
  readonly #bus: Bus;
  readonly #subject: string;
  readonly #clock: Clock;
  readonly #offset: ClockOffset;
  #ping = 0;
  #everyMs = PING_EVERY_MS;
  #timer: Timer | undefined;
  #isClosed = false;

  /** @param subject of the pings */
  constructor(bus: Bus, subject: string, clock: Clock) {
    this.#bus = bus;
    this.#subject = subject;
    this.#clock = clock;
    this.#offset = new ClockOffset();
  }

  /** Upper bound of the estimate's error in milliseconds; `Infinity` without an estimate. */
  get boundMs(): number {
    return this.#offset.at(this.#clock.nowMs())?.boundMs ?? Infinity;
  }

  /** Milliseconds of the coordinator's clock. */
  nowMs(): number {
    return this.toRemoteMs(this.#clock.nowMs());
  }

  toRemoteMs(localMs: number): number {
    return localMs + this.#offsetMs;
  }

  toLocalMs(remoteMs: number): number {
    return remoteMs - this.#offsetMs;
  }

  /**
   * Estimates the offset, and follows it from then on. Resolves without an estimate if no ping is answered.
   * @param agents number of agents of the fleet
   */
  async start(agents: number): Promise<void> {
    this.#everyMs = Math.max(PING_EVERY_MS, agents * PING_EVERY_MS_EACH);
    const wanted = Math.max(LEAST_FIRST_PINGS, Math.min(FIRST_PINGS, Math.ceil(ALL_FIRST_PINGS / agents)));
    let answered = 0;
    let untilMs = Infinity;
    for (let attempt = 0; attempt < MOST_ATTEMPTS && answered < wanted && !this.#isClosed; attempt++) {
      if (await this.#measure()) {
        if (answered++ === 0) untilMs = this.#clock.nowMs() + FIRST_PINGS_MS;
      } else if (answered === 0) await this.#pause();
      if (this.#clock.nowMs() > untilMs) break;
    }
    this.#follow();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
  }

  get #offsetMs(): number {
    return this.#offset.at(this.#clock.nowMs())?.offsetMs ?? 0;
  }

  /** Returns whether the ping was answered. */
  async #measure(): Promise<boolean> {
    const ping = this.#ping++;
    const sentMs = this.#clock.nowMs();
    try {
      const answer = decodeTimePong(await this.#bus.request(this.#subject, encodeTimePing({ ping }), PING_TIMEOUT_MS));
      if (answer.ping !== ping) return false;
      this.#offset.add({ sentMs, remoteMs: answer.clockMs, receivedMs: this.#clock.nowMs() });
      return true;
    } catch {
      // The estimate ages meanwhile, which widens its bound.
      return false;
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => void (this.#timer = this.#clock.after(PING_TIMEOUT_MS, resolve)));
  }

  #follow(): void {
    if (this.#isClosed) return;
    this.#timer = this.#clock.after(this.#everyMs, () => {
      void this.#measure().then(() => this.#follow());
    });
  }
}
