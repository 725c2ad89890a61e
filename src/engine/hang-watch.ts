import type { Clock, Timer } from '../shared/clock.ts';

/** Milliseconds between two pings. */
export const PING_EVERY_MS = 5000;
/** Pings without an answer after which a thread counts as hung: its event loop was blocked for a minute. */
const UNANSWERED_LIMIT = 12;
export const HANG_LIMIT_MS = PING_EVERY_MS * UNANSWERED_LIMIT;

/**
 * Detects a load thread with a blocked event loop: one that answers no ping for `HANG_LIMIT_MS`. Counts pings instead
 * of time, so that a suspended process does not count as hung.
 */
export class HangWatch {
  readonly #clock: Clock;
  readonly #ping: () => void;
  readonly #onHang: () => void;
  #timer: Timer | undefined;
  #unanswered = 0;

  /** @param onHang called at most once per `start` */
  constructor(clock: Clock, ping: () => void, onHang: () => void) {
    this.#clock = clock;
    this.#ping = ping;
    this.#onHang = onHang;
  }

  /** Starts to ping; no effect if already started. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#unanswered = 0;
    this.#schedule();
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Records that the thread answered a ping. */
  recordAnswer(): void {
    this.#unanswered = 0;
  }

  #schedule(): void {
    this.#timer = this.#clock.after(PING_EVERY_MS, () => {
      if (this.#unanswered >= UNANSWERED_LIMIT) {
        this.stop();
        this.#onHang();
        return;
      }
      this.#unanswered++;
      this.#ping();
      this.#schedule();
    });
  }
}
