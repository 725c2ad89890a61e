import { ATTEMPT_STATUSES } from '../shared/network/failure-reason.ts';
import { defineFamilies, each, single } from '../metrics/define-families.ts';
import type { SeriesLabels } from '../metrics/series-labels.ts';
import { AttemptRecord } from '../shared/network/attempt-record.ts';
import type { ScrapeAttempt } from './attempt.ts';

/** State of one source for its `loadbot_source_*` metrics. */
interface SourceState {
  /** With the label `source`. */
  readonly series: SeriesLabels;
  readonly record: SourceRecord;
}

/** Metric families of the sources, each once; none without sources. */
export const sourceFamilies = defineFamilies<SourceState>([
  {
    name: 'loadbot_source_status',
    type: 'gauge',
    help: 'Status of the last attempt to read a source: 1 for its status, 0 for the others; all 0 before the first.',
    read: each('status', ATTEMPT_STATUSES, ({ record }, status) => record.status === status),
  },
  {
    name: 'loadbot_source_status_code',
    type: 'gauge',
    help: 'HTTP status of the last attempt to read a source; 0 without a response, and for files and commands.',
    read: single(({ record }) => record.statusCode),
  },
  {
    name: 'loadbot_source_calls_total',
    type: 'counter',
    help: 'Attempts to read a source.',
    read: single(({ record }) => record.calls),
  },
  {
    name: 'loadbot_source_fetch_seconds_total',
    type: 'counter',
    help: 'Duration of all attempts to read a source, until success or failure, without parsing.',
    read: single(({ record }) => record.fetchMs / 1000),
  },
  {
    name: 'loadbot_source_parse_seconds_total',
    type: 'counter',
    help: 'Time spent on parsing the documents of a source.',
    read: single(({ record }) => record.parseMs / 1000),
  },
  {
    name: 'loadbot_source_bytes_total',
    type: 'counter',
    help: 'Bytes of the documents of a source, decompressed.',
    read: single(({ record }) => record.bytes),
  },
  {
    name: 'loadbot_source_last_success_timestamp_seconds',
    type: 'gauge',
    help: 'Time of the last successful attempt to read a source, in seconds since 1970; 0: never.',
    read: single(({ record }) => record.lastSuccessEpochMs / 1000),
  },
  {
    name: 'loadbot_source_bad_lines_total',
    type: 'counter',
    help: 'Malformed lines of the documents of a source, which were skipped.',
    read: single(({ record }) => record.badLines),
  },
  {
    name: 'loadbot_source_dropped_samples_total',
    type: 'counter',
    help: 'Samples of a source that were dropped because a document had more than max_series.',
    read: single(({ record }) => record.droppedSamples),
  },
  {
    name: 'loadbot_source_series',
    type: 'gauge',
    help: 'Series from the last attempt to read a source.',
    read: single(({ record }) => record.series),
  },
]);

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
