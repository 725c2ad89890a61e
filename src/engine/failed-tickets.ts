import { ERROR_CLASSES, type ErrorClass, FIRST_ERROR, type Outcome } from '../shared/outcome.ts';
import { isConnectFailure, nextBackoffMs } from './connect-backoff.ts';
import { FailureFlood } from './failure-flood.ts';
import type { LoadWorker } from './worker.ts';

/** Reports the first failure of each error class. */
export type OnFailure = (errorClass: ErrorClass, failure: unknown, operation: number) => void;

/** Failed tickets of one job on one thread: reports the first of each class, and makes their workers back off. */
export class FailedTickets {
  readonly #onFailure: OnFailure;
  readonly #flood = new FailureFlood();
  readonly #reported = new Set<Outcome>();

  constructor(onFailure: OnFailure) {
    this.#onFailure = onFailure;
  }

  /**
   * Records the failed ticket of a worker. Returns the backoff of the worker in milliseconds; 0 for a paced job, unless
   * failures block the thread.
   */
  add(worker: LoadWorker, outcome: Outcome, isPaced: boolean): number {
    const errorClass = ERROR_CLASSES[outcome - FIRST_ERROR];
    if (errorClass === undefined) return 0;
    if (!this.#reported.has(outcome)) {
      this.#reported.add(outcome);
      this.#onFailure(errorClass, worker.failure, worker.operation);
    }
    worker.failure = undefined;
    const yieldMs = this.#flood.add();
    if (isPaced || !isConnectFailure(errorClass, worker.detail)) return yieldMs;
    worker.backoffMs = nextBackoffMs(worker.backoffMs);
    return worker.backoffMs;
  }
}
