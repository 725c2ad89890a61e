import type { Clock, Timer } from '../shared/clock.ts';
import { type Plan, sendsRequests } from '../plan/plan.ts';

/** How long a wait may take, in milliseconds. */
interface WaitBound {
  /** From its beginning. */
  readonly normalMs: number;
  /** After a signal: from that signal, or from the end of the load if that is later. */
  readonly shutdownMs: number;
  /** After a kill: from then on. Absent: 0. */
  readonly killedMs?: number;
}

/**
 * Bounds of all waits, in their order. After a signal the load has its jobs' `drain` and a second, everything after it
 * 9 s in all: 15 s with the default `drain` of 5 s. docs/operations.md lists them.
 */
export const WAIT_BOUNDS = {
  open: { normalMs: 120_000, shutdownMs: 2000 },
  /** Beyond the longest `drain`: load threads have a second, then the watchdog ends them. */
  loadGraceMs: 2000,
  save: { normalMs: 2000, shutdownMs: 1000 },
  sources: { normalMs: 60_000, shutdownMs: 2000 },
  delivery: { normalMs: 150_000, shutdownMs: 6000 },
  thresholds: { normalMs: 60_000, shutdownMs: 7000 },
  /** After a second signal `cli/signals.ts` ends the process, even if an output hangs. */
  notes: { normalMs: 10_000, shutdownMs: 7500, killedMs: 100 },
  reports: { normalMs: 60_000, shutdownMs: 8000, killedMs: Infinity },
  close: { normalMs: 5000, shutdownMs: 9000 },
} as const satisfies Readonly<Record<string, WaitBound | number>>;

/** Bound of the load: none until it is stopped, then the longest `drain` of its jobs and the watchdog's grace. */
export function loadBound({ jobs }: Plan): WaitBound {
  const drainMs = Math.max(0, ...jobs.filter(sendsRequests).map((job) => job.drainMs));
  return { normalMs: Infinity, shutdownMs: drainMs + WAIT_BOUNDS.loadGraceMs };
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
