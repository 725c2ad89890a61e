import { LoadbotError } from '../shared/errors.ts';
import { type Plan, sendsRequests } from '../plan/plan.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import { connectsAtOnce } from './connect-limit.ts';
import type { Place } from './place.ts';
import { ThreadPartition } from './thread-partition.ts';

/** Timeouts of the main thread for replies of a load thread, in milliseconds. */
export interface TimeLimits {
  /** Completes the message `load thread 0 did not ...`. */
  readonly doing: string;
  /** Whether requests may be in flight during the wait. */
  readonly isLoaded: boolean;
  /** From the command on; `Infinity`: unlimited. */
  readonly answerMs: number;
  /** From the stop command on. */
  readonly stopMs: number;
}

/** Timeout for closing a load thread; slower sessions and client libraries are abandoned. */
export const CLOSE_TIMEOUT_MS = 1000;

/** For a thread that is closing. */
export const closeLimits: TimeLimits = {
  doing: 'close its connections',
  isLoaded: false,
  answerMs: CLOSE_TIMEOUT_MS,
  stopMs: CLOSE_TIMEOUT_MS,
};
/** Grace period for a load thread beyond the time of its job, to stop. */
const STOP_GRACE_MS = 1000;
/** Grace period to end by itself, on a machine that is busy. */
const END_GRACE_MS = 30_000;
/** For generating data and loading client libraries. */
const PREPARE_MS = 60_000;
/** Time allowed for each connection of the job in addition to its timeout. */
const CONNECT_MS = 10;

/** For a thread that opens the sessions of a job: all of them may time out, in batches of concurrent ones. */
export function prepareLimits({ jobs }: Plan, index: number, { rank, of }: Place): TimeLimits {
  const job = jobs[index];
  const { connections, timeoutMs } = job !== undefined && sendsRequests(job) ? job : { connections: 0, timeoutMs: 0 };
  const waves = Math.ceil(new ThreadPartition(rank, of, connections).workers / connectsAtOnce(of));
  return {
    doing: `open the connections of job ${job?.name ?? index}`,
    isLoaded: false,
    answerMs: PREPARE_MS + waves * timeoutMs + connections * CONNECT_MS,
    stopMs: STOP_GRACE_MS,
  };
}

/**
 * For a thread that runs a job.
 * @param aheadMs milliseconds until the job starts
 */
export function runLimits({ jobs }: Plan, index: number, aheadMs: number): TimeLimits {
  const job = jobs[index];
  if (job === undefined || !sendsRequests(job)) throw new LoadbotError('internal', `job ${index} sends no requests`);
  const { name, warmUpMs, durationMs, drainMs } = job;
  return {
    doing: `end job ${name}`,
    isLoaded: true,
    answerMs: aheadMs + warmUpMs + durationMs + drainMs + END_GRACE_MS,
    stopMs: stopLimitMs(drainMs),
  };
}

/** For a thread that runs a job and was stopped with this drain time. */
export function stopLimitMs(drainMs: number): number {
  return drainMs + STOP_GRACE_MS;
}

/** Milliseconds between two pings. */
export const PING_EVERY_MS = 5000;
/** Pings without an answer after which a thread counts as hung: its event loop was blocked for a minute. */
const UNANSWERED_LIMIT = 12;
export const HANG_LIMIT_MS = PING_EVERY_MS * UNANSWERED_LIMIT;
/** The same for a thread that runs functions of the workload, which may loop. */
export const FUNCTIONS_HANG_LIMIT_MS = PING_EVERY_MS * 4;

/**
 * Detects a load thread with a blocked event loop: one that answers no ping for a limit of time. Counts pings instead
 * of time, so that a suspended process does not count as hung.
 */
export class HangWatch {
  readonly #clock: Clock;
  readonly #ping: () => void;
  readonly #onHang: () => void;
  #timer: Timer | undefined;
  #unanswered = 0;
  readonly #mostUnanswered: number;

  /** @param onHang called at most once per `start` */
  constructor(clock: Clock, ping: () => void, onHang: () => void, limitMs = HANG_LIMIT_MS) {
    this.#mostUnanswered = limitMs / PING_EVERY_MS;
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
      if (this.#unanswered >= this.#mostUnanswered) {
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
