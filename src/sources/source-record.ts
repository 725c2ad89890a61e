import { AttemptRecord } from '../shared/network/attempt-record.ts';
import type { ScrapeAttempt } from './attempt.ts';

/** Statistics of the attempts to read one source. */
export class SourceRecord extends AttemptRecord {
  failures = 0;
  fetchMs = 0;
  parseMs = 0;
  badLines = 0;
  droppedSamples = 0;
  /** Number of series from the last attempt. */
  series = 0;

  note(attempt: ScrapeAttempt): void {
    const { status, statusCode, fetchMs, parseMs, bytes, badLines, droppedSamples, reading } = attempt;
    this.count(status, statusCode, bytes);
    this.fetchMs += fetchMs;
    this.parseMs += parseMs;
    this.badLines += badLines;
    this.droppedSamples += droppedSamples;
    this.series = reading?.values.length ?? 0;
    if (status !== 'success') this.failures++;
  }
}
