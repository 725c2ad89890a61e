import { PbfWriter } from 'pbf';
import type { Family } from '../../metrics/family.ts';
import { writeBits, writeText } from '../protobuf/exact-fields.ts';
import { writeNativeHistogram } from './native-histogram.ts';
import type { Label, SeriesSample } from './series.ts';

/** Content of one request. */
export interface WriteRequest {
  readonly series: readonly SeriesSample[];
  /** Timestamp of every sample, milliseconds since the epoch. */
  readonly epochMs: number;
  /** Families whose type and help are included. */
  readonly described: readonly Family[];
}

/**
 * `prometheus.WriteRequest` of https://github.com/prometheus/prometheus/blob/main/prompb/remote.proto, not compressed.
 */
export function encodeWriteRequest({ series, epochMs, described }: WriteRequest): Uint8Array {
  const writer = new PbfWriter();
  const timestamp = Math.round(epochMs);
  for (const one of series) writer.writeMessage(1, writeTimeSeries, { ...one, timestamp });
  for (const family of described) writer.writeMessage(3, writeMetadata, family);
  return writer.finish();
}

function writeTimeSeries(series: SeriesSample & { timestamp: number }, writer: PbfWriter): void {
  for (const label of series.labels) writer.writeMessage(1, writeLabel, label);
  if (typeof series.value === 'object') {
    writer.writeMessage(4, writeNativeHistogram, { histogram: series.value, timestamp: series.timestamp });
  } else writer.writeMessage(2, writeSample, { value: series.value, timestamp: series.timestamp });
}

function writeLabel([name, value]: Label, writer: PbfWriter): void {
  writeText(writer, 1, name);
  writeText(writer, 2, value);
}

/** Stale marker: Prometheus' `value.StaleNaN`. */
const STALE_NAN_BITS = 0x7ff0_0000_0000_0002n;

function writeSample({ value, timestamp }: { value: number | 'stale'; timestamp: number }, writer: PbfWriter): void {
  if (value === 'stale') writeBits(writer, 1, STALE_NAN_BITS);
  else writer.writeDoubleField(1, value);
  writer.writeVarintField(2, timestamp);
}

/** `MetricMetadata.MetricType` of the same file. */
const METADATA_TYPE = { unknown: 0, counter: 1, gauge: 2, histogram: 3, summary: 5 } as const satisfies Record<
  Family['type'],
  number
>;

function writeMetadata({ name, type, help }: Family, writer: PbfWriter): void {
  writer.writeVarintField(1, METADATA_TYPE[type]);
  writeText(writer, 2, name);
  writeText(writer, 4, help);
}
