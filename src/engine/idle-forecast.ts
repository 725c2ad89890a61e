/** Timers in a row at which the thread was idle, after which it is expected to be idle at the next ones. */
const FIRST_TRUST = 128;
/** After timers that were missed, longer: a missed timer is up to a millisecond late, and must be rare. */
const MAX_TRUST = 8192;

/** Expects from the last timers of a clock whether its thread has requests in flight at the next ones. */
export class IdleForecast {
  #idleTimers = 0;
  #trust = FIRST_TRUST;
  #wasIdle = false;

  /** Whether the thread should be idle when the next timers are due. */
  get isIdleAtTimers(): boolean {
    return this.#idleTimers >= this.#trust;
  }

  /** The thread has nothing in flight. */
  idle(): void {
    this.#wasIdle = true;
  }

  /** A timer has fired. */
  fired(): void {
    if (this.#wasIdle) this.#idleTimers++;
    else if (!this.isIdleAtTimers) this.#idleTimers = 0;
    this.#wasIdle = false;
  }

  /** A timer is late, because the thread was expected to be idle and was not. */
  missed(): void {
    this.#idleTimers = 0;
    this.#trust = Math.min(2 * this.#trust, MAX_TRUST);
  }
}
