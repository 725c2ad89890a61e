/** Timers for which a thread is watched before it is expected to be idle. */
const FIRST_TRIAL = 128;
/** Fewer timers than these after a trial are a failure: the next trial is twice as long. */
const FAILURE = 256;
const MAX_TRIAL = 8192;
/** Timers, those of the trial included, of which at most one may be missed: a missed one is up to 2 ms late. */
const MISSED_ONE_OF = 2048;
/** Average delay of timers by requests in flight up to which a thread is expected to be idle, in milliseconds. */
const MAX_MEAN_DELAY_MS = 0.05;
/** A longer one is of the machine, or is a missed timer. */
const MAX_DELAY_MS = 1;
/** Timers over which the delay is averaged. */
const AVERAGED = 64;

/**
 * Expects from the last timers of a clock whether its thread has requests in flight at the next ones. A thread that is expected
 * to be idle sleeps until its timer by itself. If it is not idle then, the timer waits for the next response: the forecast
 * ends when such delays are more than a few on average, or when no response came for a long time.
 */
export class IdleForecast {
  #trial = FIRST_TRIAL;
  /** Timers of this trial, or since it ended. */
  #timers = 0;
  #idleTimers = 0;
  #isIdleAtTimers = false;
  #wasIdle = false;
  #meanDelayMs = 0;

  /** Whether the thread should be idle when the next timers are due. */
  get isIdleAtTimers(): boolean {
    return this.#isIdleAtTimers;
  }

  /** The thread has nothing in flight. */
  idle(): void {
    this.#wasIdle = true;
  }

  /**
   * A timer has fired.
   * @param delayMs by requests in flight, if the thread was expected to be idle
   */
  fired(delayMs: number): void {
    this.#timers++;
    if (this.#wasIdle) this.#idleTimers++;
    this.#wasIdle = false;
    if (this.#isIdleAtTimers) {
      this.#meanDelayMs += (Math.min(delayMs, MAX_DELAY_MS) - this.#meanDelayMs) / AVERAGED;
      if (this.#meanDelayMs > MAX_MEAN_DELAY_MS) this.missed();
    } else if (this.#timers === this.#trial) {
      this.#isIdleAtTimers = this.#idleTimers >= this.#timers / 2;
      this.#start();
    }
  }

  /** A timer is late, because the thread was expected to be idle and was not. */
  missed(): void {
    if (!this.#isIdleAtTimers) return;
    this.#trial =
      this.#timers < FAILURE
        ? Math.min(2 * this.#trial, MAX_TRIAL)
        : Math.max(FIRST_TRIAL, MISSED_ONE_OF - this.#timers);
    this.#isIdleAtTimers = false;
    this.#start();
  }

  #start(): void {
    this.#timers = 0;
    this.#idleTimers = 0;
    this.#meanDelayMs = 0;
  }
}
