import type { Clock, Timer } from '../../shared/clock.ts';
import type { FailedAttempt, PreparedRequest, PushAttempt, RequestBatch, SendRequest } from './attempt.ts';
import { lossOf, samplesOf } from './attempt.ts';
import type { RequestSizes } from './request-sizes.ts';
import { Ring } from './ring.ts';
import { AdaptiveTimeout } from './adaptive-timeout.ts';
import { retryDelayMs } from './send.ts';

/** Options of a delivery loop. */
export interface DeliveryOptions {
  readonly send: SendRequest;
  /** Maximum number of queued batches while the receiver is unavailable. */
  readonly capacity: number;
  /** Whether a newer batch replaces older ones without loss, because it contains all values. */
  readonly onlyNewest: boolean;
  /** Timeout of one attempt in milliseconds. It grows for a slow receiver. */
  readonly timeoutMs: number;
  /** Interval of the batches in milliseconds. A receiver that takes longer for one gets queued batches joined. */
  readonly intervalMs: number;
  readonly sizes: Pick<RequestSizes, 'split' | 'join'>;
  readonly clock: Clock;
  readonly random: () => number;
  /** Called once when the receiver starts to fail. */
  readonly onFailing: (attempt: FailedAttempt) => void;
  /** Called once when the receiver accepts again. */
  readonly onRecovered: () => void;
  /** Called once when the receiver takes longer for a batch than the interval. */
  readonly onSlow: (tookMs: number) => void;
}

/** Status of a receiver that only accepts smaller bodies. */
const TOO_LARGE = 413;
/** Maximum pause between attempts after `finish`. */
const FINAL_PAUSE_MS = 1_000;
/** Minimum timeout of an attempt after `finish`: half of the remaining time, so that time is left for another. */
const FINAL_ATTEMPT_MS = 1_000;

/** Delivers batches, oldest first. Each parcel is retried until it is accepted, rejected or displaced by newer ones. */
export class DeliveryLoop {
  readonly #options: DeliveryOptions;
  readonly #ring: Ring<RequestBatch>;
  readonly #patience: AdaptiveTimeout;
  #isSlow = false;
  /** Remaining parcels of the batch in flight, outside of the ring. */
  #underway: RequestBatch = [];
  #deliveredSamples = 0;
  #droppedSamples = 0;
  #lastError: string | undefined;
  #failures = 0;
  #failing = false;
  #endMs = Infinity;
  #finalTimer: Timer | undefined;
  #idle = false;
  /** Ends the current pause. */
  #wake = (): void => {};
  #abortAttempt = (): void => {};

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#ring = new Ring(options.capacity);
    this.#patience = new AdaptiveTimeout(options.timeoutMs);
  }

  get deliveredSamples(): number {
    return this.#deliveredSamples;
  }

  /** Lost samples: rejected, displaced or, after the end of the loop, still pending. */
  get undeliveredSamples(): number {
    return this.#droppedSamples;
  }

  /** Samples that are queued or in flight. */
  get pendingSamples(): number {
    return this.#ring.items.reduce((total, batch) => total + samplesOf(batch), samplesOf(this.#underway));
  }

  /** Whether the last attempt failed. */
  get failing(): boolean {
    return this.#failing;
  }

  /** Reason of the last failed attempt. */
  get lastError(): string | undefined {
    return this.#lastError;
  }

  /** Adds the newest batch. Must not be called after `finish`. */
  add(batch: RequestBatch): void {
    this.#giveWay(this.#ring.push(batch));
    if (this.#idle) this.#wake();
  }

  /**
   * Delivers until finished. Never rejects.
   * @param onAttempt called after every attempt
   */
  async run(onAttempt: () => void): Promise<void> {
    while (this.#timeLeftMs() > 0) {
      if (this.#underway.length === 0) await this.#takeNext();
      const [parcel] = this.#underway;
      if (parcel === undefined) {
        // A batch added during the take would not wake the loop.
        if (this.#ring.items.length > 0) continue;
        if (this.#finishing) break;
        this.#idle = true;
        await this.#pause(Infinity);
        this.#idle = false;
        continue;
      }
      const attempt = await this.#attempt(parcel);
      if (attempt.statusCode === TOO_LARGE && (await this.#divide(parcel))) continue;
      const pauseMs = this.#settle(parcel, attempt);
      onAttempt();
      await this.#pause(pauseMs);
    }
    this.#finalTimer?.cancel();
    this.#endMs = -Infinity;
    this.#giveUp();
  }

  /**
   * Ends `run` when all is delivered, or after `deadlineMs`. Retries at once. Another call only shortens the deadline.
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

  /** Takes the oldest batch; for a slow receiver, together with the queued ones. */
  async #takeNext(): Promise<void> {
    this.#underway = this.#ring.take() ?? [];
    if (!this.#isSlow || this.#ring.items.length === 0) return;
    // Counted as in flight while they are joined.
    while (this.#ring.items.length > 0) this.#underway = [...this.#underway, ...(this.#ring.take() ?? [])];
    this.#underway = await this.#options.sizes.join(this.#underway);
  }

  /** Splits a parcel that is too large. Returns whether that was possible. */
  async #divide(parcel: PreparedRequest): Promise<boolean> {
    const parts = await this.#options.sizes.split(parcel);
    if (parts.length === 0) return false;
    this.#underway = [...parts, ...this.#underway.slice(1)];
    return true;
  }

  #timeLeftMs(): number {
    return this.#endMs - this.#options.clock.nowMs();
  }

  #attemptLimitMs(): number {
    const leftMs = this.#timeLeftMs();
    if (!this.#finishing) return this.#patience.limitMs;
    const shareMs = Math.max(leftMs / 2, FINAL_ATTEMPT_MS, 1.5 * this.#patience.neededMs);
    return Math.max(0, Math.min(this.#patience.limitMs, shareMs, leftMs));
  }

  async #attempt(parcel: PreparedRequest): Promise<PushAttempt> {
    const { clock, send } = this.#options;
    const controller = new AbortController();
    this.#abortAttempt = () => controller.abort();
    const timer = clock.after(this.#attemptLimitMs(), this.#abortAttempt);
    const startedMs = clock.nowMs();
    const attempt = await send(parcel, controller.signal);
    timer.cancel();
    if (attempt.kind === 'accepted') this.#noteTime(clock.nowMs() - startedMs);
    else if (controller.signal.aborted) this.#patience.timedOut();
    return attempt;
  }

  /** Records an attempt and keeps the rest of its batch; returns the pause before the next attempt. */
  #settle(parcel: PreparedRequest, attempt: PushAttempt): number {
    if (attempt.kind === 'failed') {
      this.#noteShortfall(attempt);
      // Still the oldest batch; dropped when newer ones need its place.
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

  #noteTime(tookMs: number): void {
    this.#patience.accepted(tookMs);
    if (tookMs <= this.#options.intervalMs) return;
    if (!this.#isSlow) this.#options.onSlow(tookMs);
    this.#isSlow = true;
  }

  #noteShortfall(attempt: FailedAttempt): void {
    this.#lastError = attempt.reason;
    if (!this.#failing) this.#options.onFailing(attempt);
    this.#failing = true;
  }

  #noteRecovery(): void {
    this.#options.onRecovered();
    this.#failing = false;
  }

  /** Drops all pending batches at the deadline. */
  #giveUp(): void {
    const lost = this.pendingSamples;
    if (lost > 0) this.#lastError ??= 'delivery timed out';
    this.#droppedSamples += lost;
    this.#underway = [];
    while (this.#ring.take() !== undefined);
  }

  #giveWay(batch: RequestBatch | undefined): void {
    if (batch !== undefined && !this.#options.onlyNewest) this.#droppedSamples += samplesOf(batch);
  }

  #pauseMs(retryAfterMs: number): number {
    const backoffMs = retryDelayMs(this.#failures, this.#options.random);
    if (retryAfterMs > 0 && retryAfterMs < this.#timeLeftMs()) return retryAfterMs;
    return this.#finishing ? Math.min(backoffMs, FINAL_PAUSE_MS) : backoffMs;
  }

  /** Pauses until woken, for at most the remaining time. */
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
