import type { Clock, Timer } from './clock.ts';

/** Time for which the load was paused, on the clock that does not stop. `toMs` is `Infinity` while the pause lasts. */
export interface PauseSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * A clock that stands still while the load is paused. Its timers count the time of the load: the rest of one
 * at the beginning of a pause is the same at its end. Without a pause it shows the time of the clock that it is made from.
 */
export class LoadClock implements Clock {
  readonly #clock: Clock;
  readonly #pauses: PauseSpan[] = [];
  readonly #held = new Set<LoadTimer>();
  readonly #waiting: (() => void)[] = [];
  /** Beginning of the current pause, or of one that is about to begin, on the clock that does not stop; `Infinity`: none. */
  pausedFromMs = Infinity;
  /** Total milliseconds of the pauses that are over. */
  stoppedMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** All pauses so far, in chronological order. */
  get pauses(): readonly PauseSpan[] {
    return this.pausedFromMs === Infinity
      ? this.#pauses
      : [...this.#pauses, { fromMs: this.pausedFromMs, toMs: Infinity }];
  }

  /** Whether the load is paused, or about to be. */
  get isPaused(): boolean {
    return this.pausedFromMs !== Infinity;
  }

  nowMs(): number {
    return Math.min(this.#clock.nowMs(), this.pausedFromMs) - this.stoppedMs;
  }

  epochMs(): number {
    return this.#clock.epochMs();
  }

  /** Time of the load at a time of the other clock. */
  toLoadMs(atMs: number): number {
    return atMs - this.pausedBefore(atMs);
  }

  /** Milliseconds before `atMs` for which the load was paused. */
  pausedBefore(atMs: number): number {
    if (this.#pauses.length === 0 && atMs <= this.pausedFromMs) return 0;
    return this.pauses.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, Math.min(atMs, toMs) - fromMs), 0);
  }

  after(delayMs: number, fire: () => void): Timer {
    const timer = new LoadTimer(this.nowMs() + delayMs, fire, this);
    timer.wait(this.#clock, delayMs);
    return timer;
  }

  /** The clock stands still from `atMs` of the other clock on. */
  pause(atMs: number): void {
    this.pausedFromMs = Math.min(this.pausedFromMs, atMs);
  }

  /** The clock goes on, since `atMs` of the other clock. A pause that has not begun by then does not begin. */
  resume(atMs: number): void {
    const fromMs = this.pausedFromMs;
    if (fromMs === Infinity) return;
    this.pausedFromMs = Infinity;
    if (atMs > fromMs) {
      this.#pauses.push({ fromMs, toMs: atMs });
      this.stoppedMs += atMs - fromMs;
    }
    const held = [...this.#held];
    this.#held.clear();
    for (const timer of held) timer.wait(this.#clock, timer.dueMs - this.nowMs());
    for (const proceed of this.#waiting.splice(0)) proceed();
  }

  /** Resolves when the load is not paused: at once, or at the end of the pause. */
  async untilResumed(): Promise<void> {
    while (this.isPaused) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Keeps a timer whose time has not come, until the end of the pause. */
  hold(timer: LoadTimer): void {
    if (this.isPaused) this.#held.add(timer);
    else timer.wait(this.#clock, timer.dueMs - this.nowMs());
  }

  release(timer: LoadTimer): void {
    this.#held.delete(timer);
  }
}

/** A timer that a pause defers. It looks at the pauses when it fires, so that none has to be found at their beginning. */
class LoadTimer implements Timer {
  /** In milliseconds of the load. */
  readonly dueMs: number;
  readonly #fire: () => void;
  readonly #owner: LoadClock;
  /** Pauses that are over, at the last start of the timer. */
  #stoppedMs = 0;
  #timer: Timer | undefined;

  constructor(dueMs: number, fire: () => void, owner: LoadClock) {
    this.dueMs = dueMs;
    this.#fire = fire;
    this.#owner = owner;
  }

  wait(clock: Clock, delayMs: number): void {
    this.#stoppedMs = this.#owner.stoppedMs;
    this.#timer = clock.after(delayMs, () => this.#expire(clock));
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#owner.release(this);
  }

  #expire(clock: Clock): void {
    const isDeferred = this.#owner.stoppedMs !== this.#stoppedMs || clock.nowMs() >= this.#owner.pausedFromMs;
    if (isDeferred) this.#owner.hold(this);
    else this.#fire();
  }
}
