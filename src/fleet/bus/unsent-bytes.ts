/** Bytes given to a connection that the server may not have received. Bounds the buffers of a connection that stalls. */
export class UnsentBytes {
  readonly #limit: number;
  readonly #roundTrip: () => Promise<void>;
  #bytes = 0;
  #isAsking = false;

  /**
   * @param limit bytes, after which nothing more is taken
   * @param roundTrip resolves when the server has received everything sent before; rejects with the connection
   */
  constructor(limit: number, roundTrip: () => Promise<void>) {
    this.#limit = limit;
    this.#roundTrip = roundTrip;
  }

  /** Counts a message about to be sent; false if it does not fit. */
  take(bytes: number): boolean {
    if (this.#bytes > 0 && this.#bytes + bytes > this.#limit) return false;
    this.#bytes += bytes;
    this.#ask();
    return true;
  }

  /** Starts again with a new connection. */
  reset(): void {
    this.#bytes = 0;
  }

  /** One question at a time, about the bytes counted until then; a few bytes need none. */
  #ask(): void {
    if (this.#isAsking || this.#bytes < this.#limit / 16) return;
    this.#isAsking = true;
    const asked = this.#bytes;
    const settle = (received: number): void => {
      this.#isAsking = false;
      this.#bytes = Math.max(0, this.#bytes - received);
      this.#ask();
    };
    this.#roundTrip().then(
      () => settle(asked),
      () => {
        this.#isAsking = false;
      },
    );
  }
}
