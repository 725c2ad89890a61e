import type { Clock, Timer } from '../shared/clock.ts';

/** How long a wait may take, in milliseconds. */
export interface WaitBound {
  /** From its beginning. */
  readonly normalMs: number;
  /** After a signal: from that signal, or from the end of the load if that is later. */
  readonly shutdownMs: number;
  /** After a kill: from then on. Absent: 0. */
  readonly killedMs?: number;
}

/** Bounds the waits of a run's main thread: each ends when its promise settles, or when its time is over. */
export class BoundedWaits {
  readonly #clock: Clock;
  readonly #checks = new Set<() => void>();
  #shutdownAtMs = Infinity;
  #killedAtMs = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isShuttingDown(): boolean {
    return this.#shutdownAtMs !== Infinity;
  }

  get isKilled(): boolean {
    return this.#killedAtMs !== Infinity;
  }

  /** Shortens every wait to its `shutdownMs`. Further calls change nothing. */
  beginShutdown(): void {
    this.#shutdownAtMs = Math.min(this.#shutdownAtMs, this.#clock.nowMs());
    this.#checkAll();
  }

  /** Shortens every wait to its `killedMs`. */
  kill(): void {
    this.#killedAtMs = Math.min(this.#killedAtMs, this.#clock.nowMs());
    this.#checkAll();
  }

  /** The load has ended: later waits count their `shutdownMs` from here on. */
  beginEnding(): void {
    if (this.isShuttingDown) this.#shutdownAtMs = this.#clock.nowMs();
  }

  /** Milliseconds until a wait that begins now has to end; `Infinity`: not bounded. */
  remainingMs({ normalMs, shutdownMs, killedMs = 0 }: WaitBound, startedMs = this.#clock.nowMs()): number {
    const untilMs = Math.min(startedMs + normalMs, this.#shutdownAtMs + shutdownMs, this.#killedAtMs + killedMs);
    return Math.max(0, untilMs - this.#clock.nowMs());
  }

  /**
   * The promise's value, or that of `instead` as soon as the time is over. A later outcome of the promise is ignored.
   * @throws the rejection of the promise
   */
  wait<T>(promise: Promise<T>, bound: WaitBound, instead: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const startedMs = this.#clock.nowMs();
      let timer: Timer | undefined;
      const settle = (): void => {
        timer?.cancel();
        this.#checks.delete(check);
      };
      const check = (): void => {
        timer?.cancel();
        const leftMs = this.remainingMs(bound, startedMs);
        if (leftMs > 0) {
          timer = leftMs === Infinity ? undefined : this.#clock.after(leftMs, check);
          return;
        }
        settle();
        // In a promise, so that its exceptions reject.
        resolve(Promise.resolve().then(instead));
      };
      this.#checks.add(check);
      promise.then(
        (value) => {
          settle();
          resolve(value);
        },
        (error: unknown) => {
          settle();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
      check();
    });
  }

  #checkAll(): void {
    for (const check of this.#checks) check();
  }
}
