import type { AttemptStatus } from '../shared/network/failure-reason.ts';
import type { Clock } from '../shared/clock.ts';
import type { ScrapeAttempt } from './attempt.ts';

/** Statistics of the attempts to read one source. Reading them has no side effect. */
export class SourceRecord {
  readonly #clock: Clock;
  /** Status of the last attempt; `undefined` before the first. */
  status: AttemptStatus | undefined;
  /** HTTP status of the last attempt; 0 without a response. */
  statusCode = 0;
  calls = 0;
  failures = 0;
  fetchMs = 0;
  parseMs = 0;
  bytes = 0;
  badLines = 0;
  droppedSamples = 0;
  /** Number of series from the last attempt. */
  series = 0;
  /** Milliseconds since the epoch; 0: never. */
  lastSuccessEpochMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  note(attempt: ScrapeAttempt): void {
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
