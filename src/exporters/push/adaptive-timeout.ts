/** Maximum timeout, unless the setting is longer. */
const LONGEST_MS = 60_000;
/** Timeout as a multiple of the last attempt's duration. */
const TIMES = 3;

/** Adaptive timeout of attempts: a slow receiver gets more time than a fast one. */
export class AdaptiveTimeout {
  readonly #timeoutMs: number;
  readonly #longestMs: number;
  #limitMs: number;
  /** Duration of the last accepted attempt. */
  #tookMs = 0;

  /** @param timeoutMs the setting: initial and minimum timeout */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#longestMs = Math.max(timeoutMs, LONGEST_MS);
    this.#limitMs = timeoutMs;
  }

  /** Timeout of the next attempt. */
  get limitMs(): number {
    return this.#limitMs;
  }

  /** Time that the receiver is known to need. */
  get neededMs(): number {
    return this.#tookMs;
  }

  /** An attempt has timed out. */
  timedOut(): void {
    this.#limitMs = Math.min(2 * this.#limitMs, this.#longestMs);
  }

  accepted(tookMs: number): void {
    this.#tookMs = tookMs;
    this.#limitMs = Math.min(Math.max(TIMES * tookMs, this.#timeoutMs), this.#longestMs);
  }
}
