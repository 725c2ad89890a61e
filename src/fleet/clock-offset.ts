/** Assumed limit of the drift between two clocks: 100 parts per million. Crystals have 20 to 50 each. */
const MAX_DRIFT = 100e-6;

/** Times of a ping, in milliseconds. */
export interface ClockSample {
  /** Local clock before sending. */
  readonly sentMs: number;
  /** Clock of the coordinator, at some time in between. */
  readonly remoteMs: number;
  /** Local clock after receiving. */
  readonly receivedMs: number;
}

/** Estimate of a clock offset. */
export interface ClockEstimate {
  /** Clock of the coordinator minus local clock, in milliseconds. */
  readonly offsetMs: number;
  /** Bound of its error, in milliseconds. */
  readonly boundMs: number;
}

/**
 * Estimates the offset of the coordinator's monotonic clock. A ping with the round trip RTT has an error of RTT/2 at most,
 * however the delay is divided between both directions. The clocks drift: the bound of a ping grows by 100 ppm of its
 * age. The ping with the smallest bound is kept; the bounds of all grow equally, so no other one is needed later.
 */
export class ClockOffset {
  #offsetMs = 0;
  #boundMs = Infinity;
  /** Local time of the estimate. */
  #atMs = 0;

  /** Adds a ping. Impossible times, such as a receipt before the sending, are ignored. */
  add({ sentMs, remoteMs, receivedMs }: ClockSample): void {
    // The clocks drift within the round trip, too.
    const boundMs = ((receivedMs - sentMs) / 2) * (1 + MAX_DRIFT);
    const atMs = (sentMs + receivedMs) / 2;
    const isValid = Number.isFinite(remoteMs) && Number.isFinite(boundMs) && boundMs >= 0;
    if (!isValid || boundMs > this.#boundAt(atMs)) return;
    this.#offsetMs = remoteMs - atMs;
    this.#boundMs = boundMs;
    this.#atMs = atMs;
  }

  /** Returns the estimate at a local time; `undefined` before the first ping. */
  at(nowMs: number): ClockEstimate | undefined {
    if (this.#boundMs === Infinity) return undefined;
    return { offsetMs: this.#offsetMs, boundMs: this.#boundAt(nowMs) };
  }

  #boundAt(nowMs: number): number {
    return this.#boundMs + Math.abs(nowMs - this.#atMs) * MAX_DRIFT;
  }
}
