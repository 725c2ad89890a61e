import { ATTEMPT_STATUSES } from '../core/attempt-status.ts';
import type { Family, Labels, Sample } from '../metrics/family.ts';
import type { SourceRecord } from './source-record.ts';

/** One source as its own metrics see it. */
export interface SourceState {
  /** Label `source`. */
  readonly name: string;
  readonly record: SourceRecord;
}

interface SourceFamily extends Omit<Family, 'samples'> {
  readonly read: (record: SourceRecord, labels: Labels) => readonly Sample[];
}

const SOURCE_FAMILIES: readonly SourceFamily[] = [
  {
    name: 'loadbot_source_status',
    type: 'gauge',
    help: 'What became of the last attempt to read a source: 1 for that, 0 for the others; all 0 before the first.',
    read: ({ status: last }, labels) =>
      ATTEMPT_STATUSES.map((status) => ({ suffix: '', labels: { ...labels, status }, value: last === status ? 1 : 0 })),
  },
  {
    name: 'loadbot_source_status_code',
    type: 'gauge',
    help: 'HTTP status of the last attempt to read a source; 0 when it got no answer, and for files and commands.',
    read: one(({ statusCode }) => statusCode),
  },
  {
    name: 'loadbot_source_calls_total',
    type: 'counter',
    help: 'Attempts to read a source.',
    read: one(({ calls }) => calls),
  },
  {
    name: 'loadbot_source_fetch_seconds_total',
    type: 'counter',
    help: 'Time until the document was there or the attempt had failed, without parsing, of all attempts to read a source.',
    read: one(({ fetchMs }) => fetchMs / 1000),
  },
  {
    name: 'loadbot_source_parse_seconds_total',
    type: 'counter',
    help: 'Time spent on parsing the documents of a source.',
    read: one(({ parseMs }) => parseMs / 1000),
  },
  {
    name: 'loadbot_source_bytes_total',
    type: 'counter',
    help: 'Bytes of the documents of a source, decompressed.',
    read: one(({ bytes }) => bytes),
  },
  {
    name: 'loadbot_source_last_success_timestamp_seconds',
    type: 'gauge',
    help: 'When a source was last read, in seconds since 1970; 0 when it never was.',
    read: one(({ lastSuccessEpochMs }) => lastSuccessEpochMs / 1000),
  },
  {
    name: 'loadbot_source_bad_lines_total',
    type: 'counter',
    help: 'Lines of the documents of a source that could not be read and were left out.',
    read: one(({ badLines }) => badLines),
  },
  {
    name: 'loadbot_source_dropped_samples_total',
    type: 'counter',
    help: 'Samples of a source that were left out because a document had more than max_series of them.',
    read: one(({ droppedSamples }) => droppedSamples),
  },
  {
    name: 'loadbot_source_series',
    type: 'gauge',
    help: 'Series that the last attempt to read a source brought.',
    read: one(({ series }) => series),
  },
];

/** The families that describe the reading of sources, each once; none without sources. */
export function sourceFamilies(sources: readonly SourceState[]): readonly Family[] {
  if (sources.length === 0) return [];
  return SOURCE_FAMILIES.map(({ name, type, help, read }) => ({
    name,
    type,
    help,
    samples: sources.flatMap(({ name: source, record }) => read(record, { source })),
  }));
}

function one(value: (record: SourceRecord) => number): SourceFamily['read'] {
  return (record, labels) => [{ suffix: '', labels, value: value(record) }];
}
