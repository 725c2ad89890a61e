import { ATTEMPT_STATUSES } from '../shared/network/failure-reason.ts';
import type { Family, Labels, Sample } from '../metrics/family.ts';
import type { SourceRecord } from './source-record.ts';

/** State of one source for its `loadbot_source_*` metrics. */
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
    help: 'Status of the last attempt to read a source: 1 for its status, 0 for the others; all 0 before the first.',
    read: ({ status: last }, labels) =>
      ATTEMPT_STATUSES.map((status) => ({ suffix: '', labels: { ...labels, status }, value: last === status ? 1 : 0 })),
  },
  {
    name: 'loadbot_source_status_code',
    type: 'gauge',
    help: 'HTTP status of the last attempt to read a source; 0 without a response, and for files and commands.',
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
    help: 'Duration of all attempts to read a source, until success or failure, without parsing.',
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
    help: 'Time of the last successful attempt to read a source, in seconds since 1970; 0: never.',
    read: one(({ lastSuccessEpochMs }) => lastSuccessEpochMs / 1000),
  },
  {
    name: 'loadbot_source_bad_lines_total',
    type: 'counter',
    help: 'Malformed lines of the documents of a source, which were skipped.',
    read: one(({ badLines }) => badLines),
  },
  {
    name: 'loadbot_source_dropped_samples_total',
    type: 'counter',
    help: 'Samples of a source that were dropped because a document had more than max_series.',
    read: one(({ droppedSamples }) => droppedSamples),
  },
  {
    name: 'loadbot_source_series',
    type: 'gauge',
    help: 'Series from the last attempt to read a source.',
    read: one(({ series }) => series),
  },
];

/** Metric families of the sources, each once; empty without sources. */
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
