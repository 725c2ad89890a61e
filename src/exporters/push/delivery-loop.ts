import type { Clock, Timer } from '../../core/clock.ts';
import type { Attempt, Parcel, Send } from './attempt.ts';
import { retryDelayMs } from './retry-delay.ts';
import { Ring } from './ring.ts';

/** What a delivery loop is made of. */
export interface DeliveryOptions {
  readonly send: Send;
  /** Parcels kept while the receiver is away. */
  readonly capacity: number;
  /** Bound on one attempt. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  /** Called once when the receiver starts to fail. */
  readonly onFailing: (attempt: Exclude<Attempt, { kind: 'accepted' }>) => void;
  /** Called once when it accepts again. */
  readonly onRecovered: () => void;
}

/** While stopping, time is short: the pause between attempts is at most this. */
const FINAL_PAUSE_MS = 1_000;
/** While stopping, an attempt gets half of the time left, so that a hanging connection leaves room for another; but at least this. */
const FINAL_ATTEMPT_MS = 1_000;

/** Delivers parcels one after the other, the oldest first, each until it is accepted, refused or pushed out by newer ones. */
export class DeliveryLoop {
  readonly #options: DeliveryOptions;
  readonly #ring: Ring<Parcel>;
  #deliveredSamples = 0;
  #droppedSamples = 0;
  #lastError: string | undefined;
  #failures = 0;
  #failing = false;
  #endMs = Infinity;
  #finalTimer: Timer | undefined;
  #idle = false;
  /** Ends the pause under way. */
  #wake = (): void => {};
  #abortAttempt = (): void => {};

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#ring = new Ring(options.capacity);
  }

  get deliveredSamples(): number {
    return this.#deliveredSamples;
  }

  /** Samples that were given up: refused, pushed out, or, once the loop has ended, still waiting. */
  get undeliveredSamples(): number {
    return this.#droppedSamples;
  }

  /** Why the last attempt that was not accepted was not. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  /** Adds the newest parcel. Not called after `finish`. */
  add(parcel: Parcel): void {
    this.#drop(this.#ring.push(parcel));
    if (this.#idle) this.#wake();
  }

  /**
   * Delivers until it is finished. Never rejects.
   * @param onAttempt called after every attempt
   */
  async run(onAttempt: () => void): Promise<void> {
    while (this.#timeLeftMs() > 0) {
      const parcel = this.#ring.take();
      if (parcel === undefined) {
        if (this.#finishing) break;
        this.#idle = true;
        await this.#pause(Infinity);
        this.#idle = false;
        continue;
      }
      const attempt = await this.#attempt(parcel);
      const pauseMs = this.#settle(parcel, attempt);
      onAttempt();
      await this.#pause(pauseMs);
    }
    this.#finalTimer?.cancel();
    this.#endMs = -Infinity;
    for (let rest = this.#ring.take(); rest !== undefined; rest = this.#ring.take()) {
      this.#lastError ??= 'the time to deliver was over';
      this.#drop(rest);
    }
  }

  /**
   * Nothing more will be added: `run` ends once all is delivered, or after `deadlineMs`. Tries at once, whatever the
   * pause. Called again, it can only shorten the time.
   */
  finish(deadlineMs: number): void {
    this.#endMs = Math.min(this.#endMs, this.#options.clock.nowMs() + deadlineMs);
    this.#failures = 0;
    this.#finalTimer?.cancel();
    this.#finalTimer = this.#options.clock.after(this.#attemptLimitMs(), this.#abortAttempt);
    this.#wake();
  }

  get #finishing(): boolean {
    return this.#endMs !== Infinity;
  }

  #timeLeftMs(): number {
    return this.#endMs - this.#options.clock.nowMs();
  }

  #attemptLimitMs(): number {
    const leftMs = this.#timeLeftMs();
    const shareMs = this.#finishing ? Math.min(Math.max(leftMs / 2, FINAL_ATTEMPT_MS), leftMs) : Infinity;
    return Math.max(0, Math.min(this.#options.timeoutMs, shareMs));
  }

  async #attempt(parcel: Parcel): Promise<Attempt> {
    const { clock, send } = this.#options;
    const controller = new AbortController();
    this.#abortAttempt = () => controller.abort();
    const timer = clock.after(this.#attemptLimitMs(), this.#abortAttempt);
    const attempt = await send(parcel, controller.signal);
    timer.cancel();
    return attempt;
  }

  /** Counts an attempt; returns how long to wait before the next. */
  #settle(parcel: Parcel, attempt: Attempt): number {
    if (attempt.kind === 'accepted') {
      this.#deliveredSamples += parcel.samples;
      this.#failures = 0;
      if (this.#failing) this.#options.onRecovered();
      this.#failing = false;
      return 0;
    }
    this.#lastError = attempt.reason;
    if (!this.#failing) this.#options.onFailing(attempt);
    this.#failing = true;
    if (attempt.kind === 'refused') {
      this.#drop(parcel);
      this.#failures = 0;
      return 0;
    }
    this.#drop(this.#ring.putBack(parcel));
    this.#failures++;
    return this.#pauseMs(attempt.retryAfterMs);
  }

  #pauseMs(retryAfterMs: number): number {
    const backoffMs = retryDelayMs(this.#failures, this.#options.random);
    if (retryAfterMs > 0 && retryAfterMs < this.#timeLeftMs()) return retryAfterMs;
    return this.#finishing ? Math.min(backoffMs, FINAL_PAUSE_MS) : backoffMs;
  }

  /** Waits, but no longer than until it is woken or the time is over. */
  async #pause(pauseMs: number): Promise<void> {
    const untilMs = Math.min(pauseMs, this.#timeLeftMs());
    if (untilMs <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = untilMs === Infinity ? undefined : this.#options.clock.after(untilMs, resolve);
      this.#wake = () => {
        timer?.cancel();
        resolve();
      };
    });
  }

  #drop(parcel: Parcel | undefined): void {
    this.#droppedSamples += parcel?.samples ?? 0;
  }
}
