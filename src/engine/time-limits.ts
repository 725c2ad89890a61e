import { LoadbotError } from '../core/errors.ts';
import { type Plan, sendsRequests } from '../plan/plan.ts';

/** How long the main thread waits for the answer of a load thread, in milliseconds. */
export interface TimeLimits {
  /** For messages, after `did not`. */
  readonly doing: string;
  /** Whether requests may be in flight meanwhile. */
  readonly isLoaded: boolean;
  /** From the order on; `Infinity`: not bounded. */
  readonly answerMs: number;
  /** From the order to stop on. */
  readonly stopMs: number;
}

/** What closing a load thread may take; a session or client library that takes longer is left behind. */
export const CLOSE_WITHIN_MS = 1000;

/** For a thread that closes. */
export const CLOSING: TimeLimits = {
  doing: 'close its connections',
  isLoaded: false,
  answerMs: CLOSE_WITHIN_MS,
  stopMs: CLOSE_WITHIN_MS,
};
/** What a load thread may take beyond the time that its job has: to stop, and to end by itself. */
const STOP_GRACE_MS = 1000;
/** Counting millions of tickets that still waited takes seconds. */
const END_GRACE_MS = 30_000;
/** Generating data and loading client libraries. */
const PREPARE_MS = 60_000;
/** What a connection may take beside all others, and how many are opened at a time. */
const CONNECT_MS = 10;
const OPENED_AT_ONCE = 32;

/** For a thread that opens the sessions of a job: they may all time out, a number of them at a time. */
export function preparing(plan: Plan, index: number): TimeLimits {
  const job = plan.jobs[index];
  const { connections, timeoutMs } = job !== undefined && sendsRequests(job) ? job : { connections: 0, timeoutMs: 0 };
  const waves = Math.ceil(connections / plan.threads / OPENED_AT_ONCE);
  return {
    doing: `open the connections of job ${job?.name ?? index}`,
    isLoaded: false,
    answerMs: PREPARE_MS + waves * timeoutMs + connections * CONNECT_MS,
    stopMs: STOP_GRACE_MS,
  };
}

/**
 * For a thread that runs a job.
 * @param aheadMs milliseconds until it begins
 */
export function running({ jobs }: Plan, index: number, aheadMs: number): TimeLimits {
  const job = jobs[index];
  if (job === undefined || !sendsRequests(job)) throw new LoadbotError('internal', `job ${index} sends no requests`);
  const { name, warmUpMs, durationMs, drainMs } = job;
  return {
    doing: `end job ${name}`,
    isLoaded: true,
    answerMs: aheadMs + warmUpMs + durationMs + drainMs + END_GRACE_MS,
    stopMs: drainMs + STOP_GRACE_MS,
  };
}
