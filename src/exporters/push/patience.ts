/** Longest time that an attempt gets, unless the setting is longer. */
const LONGEST_MS = 60_000;
/** Attempts get so many times of what the receiver took for the last one. */
const TIMES = 3;

/** How long an attempt may take: a receiver that is slow gets more time than one that answers in time. */
export class Patience {
  readonly #timeoutMs: number;
  readonly #longestMs: number;
  #limitMs: number;
  /** Time that the last accepted attempt took. */
  #tookMs = 0;

  /** @param timeoutMs the setting, which is where it begins and the least */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#longestMs = Math.max(timeoutMs, LONGEST_MS);
    this.#limitMs = timeoutMs;
  }

  /** Bound on the next attempt. */
  get limitMs(): number {
    return this.#limitMs;
  }

  /** Time that the receiver is known to need. */
  get neededMs(): number {
    return this.#tookMs;
  }

  /** An attempt got no answer within its limit. */
  timedOut(): void {
    this.#limitMs = Math.min(2 * this.#limitMs, this.#longestMs);
  }

  accepted(tookMs: number): void {
    this.#tookMs = tookMs;
    this.#limitMs = Math.min(Math.max(TIMES * tookMs, this.#timeoutMs), this.#longestMs);
  }
}
