import type { Clock, Timer } from '../../core/clock.ts';
import type { Attempt, Parcel, Send, Shortfall } from './attempt.ts';
import { retryDelayMs } from './retry-delay.ts';
import { Ring } from './ring.ts';

/** What one exposition is sent as: its parcels in their order, at least one. */
export type Batch = readonly Parcel[];

/** What a delivery loop is made of. */
export interface DeliveryOptions {
  readonly send: Send;
  /** Batches kept while the receiver is away. */
  readonly capacity: number;
  /** Whether a batch that a newer one pushes out is no loss, since the newer one says all. */
  readonly onlyNewest: boolean;
  /** Bound on one attempt. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  /** Called once when the receiver starts to fail. */
  readonly onFailing: (attempt: Shortfall) => void;
  /** Called once when it accepts again. */
  readonly onRecovered: () => void;
}

/** While stopping, time is short: the pause between attempts is at most this. */
const FINAL_PAUSE_MS = 1_000;
/** While stopping, an attempt gets half of the time left, so that a hanging connection leaves room for another; but at least this. */
const FINAL_ATTEMPT_MS = 1_000;

/** Delivers batches one after the other, the oldest first, each parcel until it is accepted, refused or pushed out by newer ones. */
export class DeliveryLoop {
  readonly #options: DeliveryOptions;
  readonly #ring: Ring<Batch>;
  /** What is left of the batch that is being sent, beside the ring. */
  #underway: Batch = [];
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

  /** Samples that wait, or are under way. */
  get pendingSamples(): number {
    return this.#ring.items.reduce((total, batch) => total + samplesOf(batch), samplesOf(this.#underway));
  }

  /** Whether the last attempt was not accepted. */
  get failing(): boolean {
    return this.#failing;
  }

  /** Why the last attempt that was not accepted was not. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  /** Adds the newest. Not called after `finish`. */
  add(batch: Batch): void {
    this.#giveWay(this.#ring.push(batch));
    if (this.#idle) this.#wake();
  }

  /**
   * Delivers until it is finished. Never rejects.
   * @param onAttempt called after every attempt
   */
  async run(onAttempt: () => void): Promise<void> {
    while (this.#timeLeftMs() > 0) {
      if (this.#underway.length === 0) this.#underway = this.#ring.take() ?? [];
      const [parcel] = this.#underway;
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
    this.#giveUp();
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

  /** Counts an attempt and keeps what is left of its batch; returns how long to wait before the next. */
  #settle(parcel: Parcel, attempt: Attempt): number {
    if (attempt.kind === 'failed') {
      this.#noteShortfall(attempt);
      // Still the oldest; where newer ones need its place it is given up.
      this.#giveWay(this.#ring.putBack(this.#underway));
      this.#underway = [];
      this.#failures++;
      return this.#pauseMs(attempt.retryAfterMs);
    }
    this.#underway = this.#underway.slice(1);
    this.#failures = 0;
    const lost = lossOf(parcel, attempt);
    this.#droppedSamples += lost.samples;
    this.#deliveredSamples += parcel.samples - lost.samples;
    if (lost.shortfall !== undefined) this.#noteShortfall(lost.shortfall);
    else if (this.#failing) this.#noteRecovery();
    return 0;
  }

  #noteShortfall(attempt: Shortfall): void {
    this.#lastError = attempt.reason;
    if (!this.#failing) this.#options.onFailing(attempt);
    this.#failing = true;
  }

  #noteRecovery(): void {
    this.#options.onRecovered();
    this.#failing = false;
  }

  /** The time is over: what still waits is lost. */
  #giveUp(): void {
    const lost = this.pendingSamples;
    if (lost > 0) this.#lastError ??= 'the time to deliver was over';
    this.#droppedSamples += lost;
    this.#underway = [];
    while (this.#ring.take() !== undefined);
  }

  #giveWay(batch: Batch | undefined): void {
    if (batch !== undefined && !this.#options.onlyNewest) this.#droppedSamples += samplesOf(batch);
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
}

/** What of a parcel is lost although no further attempt will be made, and why. */
function lossOf(
  { samples }: Parcel,
  attempt: Exclude<Attempt, { kind: 'failed' }>,
): { readonly samples: number; readonly shortfall?: Shortfall } {
  if (attempt.kind === 'refused') return { samples, shortfall: attempt };
  const { rejection, status, statusCode } = attempt;
  if (rejection === undefined) return { samples: 0 };
  return {
    samples: Math.min(rejection.samples, samples),
    shortfall: { kind: 'refused', status, statusCode, reason: rejection.reason },
  };
}

function samplesOf(batch: Batch): number {
  return batch.reduce((total, { samples }) => total + samples, 0);
}
