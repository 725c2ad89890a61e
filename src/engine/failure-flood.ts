/** Failures of one event loop turn that cannot all come from connections: more than a thread has in use. */
const MAX_PER_TURN = 10_000;
const YIELD_MS = 1;

/**
 * Detects failures without input or output, such as those of a client library that rejects each request at once. A loop
 * of such requests consists of promises only, so no timer, no response and no command to stop would ever be handled.
 */
export class FailureFlood {
  #failures = 0;

  /** Counts a failure. Returns the milliseconds that its worker must wait; 0: none. */
  add(): number {
    if (++this.#failures === 1) setImmediate(this.#turned);
    return this.#failures > MAX_PER_TURN ? YIELD_MS : 0;
  }

  readonly #turned = (): void => {
    this.#failures = 0;
  };
}
