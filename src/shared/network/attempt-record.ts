import type { Clock } from '../clock.ts';
import type { AttemptStatus } from './failure-reason.ts';

/** Statistics of the attempts to reach one receiver or source. Reading them has no side effect. */
export class AttemptRecord {
  readonly #clock: Clock;
  /** Status of the last attempt; `undefined` before the first. */
  status: AttemptStatus | undefined;
  /** HTTP status of the last attempt; 0 without a response. */
  statusCode = 0;
  calls = 0;
  bytes = 0;
  /** Milliseconds since the epoch; 0: never. */
  lastSuccessEpochMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  protected count(status: AttemptStatus, statusCode: number, bytes: number): void {
    this.status = status;
    this.statusCode = statusCode;
    this.calls++;
    this.bytes += bytes;
    if (status === 'success') this.lastSuccessEpochMs = this.#clock.epochMs();
  }
}
