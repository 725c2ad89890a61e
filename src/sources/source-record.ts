import type { AttemptStatus } from '../core/attempt-status.ts';
import type { Clock } from '../core/clock.ts';
import type { Attempt } from './attempt.ts';

/** What has been done for one source so far. Describes attempts that were made: reading it changes nothing. */
export class SourceRecord {
  readonly #clock: Clock;
  /** Of the last attempt; `undefined` before the first. */
  status: AttemptStatus | undefined;
  /** Of the last attempt; 0 when it got no answer. */
  statusCode = 0;
  calls = 0;
  failures = 0;
  fetchMs = 0;
  parseMs = 0;
  bytes = 0;
  badLines = 0;
  droppedSamples = 0;
  /** Of the last attempt: what it brought. */
  series = 0;
  /** Milliseconds since the epoch; 0: never. */
  lastSuccessEpochMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(attempt: Attempt): void {
    const { status, statusCode, fetchMs, parseMs, bytes, badLines, droppedSamples, reading } = attempt;
    this.status = status;
    this.statusCode = statusCode;
    this.calls++;
    this.fetchMs += fetchMs;
    this.parseMs += parseMs;
    this.bytes += bytes;
    this.badLines += badLines;
    this.droppedSamples += droppedSamples;
    this.series = reading?.values.length ?? 0;
    if (status === 'success') this.lastSuccessEpochMs = this.#clock.epochMs();
    else this.failures++;
  }
}
