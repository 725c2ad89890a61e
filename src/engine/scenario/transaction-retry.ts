import { ERROR_CLASSES, type ErrorClass, FIRST_ERROR, type FailureDetail, type Outcome } from '../../shared/outcome.ts';
import { unitDraw } from '../../shared/distribution.ts';

/** Failures after which the connection still stands; after all others a transaction on it is over. */
const CONNECTED: ReadonlySet<ErrorClass | undefined> = new Set([
  'check',
  'driver',
  'workload',
  'status_4xx',
  'status_5xx',
]);
const REPEATABLE: ReadonlySet<FailureDetail | undefined> = new Set(['serialization', 'deadlock']);

/** Whether the connection of a failed transaction can roll it back. */
export function keepsConnection(outcome: Outcome): boolean {
  return CONNECTED.has(ERROR_CLASSES[outcome - FIRST_ERROR]);
}

/** Whether a transaction that failed with a detail may be repeated. */
export function isRepeatable(detail: FailureDetail | undefined): boolean {
  return REPEATABLE.has(detail);
}

/** Longest backoff before the first retry; it doubles with each further one. */
const FIRST_MS = 2;
const MAX_MS = 100;

/** Backoff before the retry of a transaction, in milliseconds. @param attempt number of the retry, from 1 */
export type RetryBackoff = (iteration: number, attempt: number) => number;

/**
 * Creates the backoff of a job's transactions: uniform from 0 to a limit of 2 ms, which doubles with each retry up to
 * 100 ms. Transactions that retry at once would conflict again.
 * @param key random stream
 * @param retries largest number of retries of an iteration
 */
export function createRetryBackoff(key: number, retries: number): RetryBackoff {
  const draw = unitDraw(key);
  return (iteration, attempt) =>
    draw(iteration * retries + attempt - 1) * Math.min(FIRST_MS * 2 ** (attempt - 1), MAX_MS);
}
