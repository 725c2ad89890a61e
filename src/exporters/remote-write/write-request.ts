import { PbfWriter } from 'pbf';
import type { Family, NativeHistogram } from '../../metrics/family.ts';
import { writeBits, writeText, type RawField, readFields } from '../protobuf/fields.ts';
import type { Label, SeriesSample } from './series.ts';
import { compress, uncompress } from 'snappyjs';
import { splitMessage, type PushMessage } from '../push/protocol.ts';

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

/** A native histogram with its timestamp, milliseconds since the epoch. */
interface TimedHistogram {
  readonly histogram: NativeHistogram;
  readonly timestamp: number;
}

/** Consecutive buckets, and the gap to the previous ones in bucket indexes. */
interface Span {
  readonly offset: number;
  length: number;
}

/**
 * `prometheus.Histogram` of https://github.com/prometheus/prometheus/blob/main/prompb/types.proto, with integer counts.
 */
function writeNativeHistogram({ histogram, timestamp }: TimedHistogram, writer: PbfWriter): void {
  const { schema, count, sum, zeroCount, buckets } = histogram;
  writer.writeVarintField(1, count);
  writer.writeDoubleField(3, sum);
  writer.writeSVarintField(4, schema);
  writer.writeDoubleField(5, 0);
  writer.writeVarintField(6, zeroCount);
  for (const span of spansOf(buckets)) writer.writeMessage(11, writeSpan, span);
  writer.writePackedSVarint(12, deltasOf(buckets));
  writer.writeVarintField(15, timestamp);
}

function writeSpan({ offset, length }: Span, writer: PbfWriter): void {
  writer.writeSVarintField(1, offset);
  writer.writeVarintField(2, length);
}

/**
 * The offset of the first span is its index; that of each other span is the distance to the end of the previous one.
 */
function spansOf(buckets: NativeHistogram['buckets']): readonly Span[] {
  const spans: Span[] = [];
  let next = 0;
  for (const [index] of buckets) {
    const last = spans.at(-1);
    if (last !== undefined && index === next) last.length += 1;
    else spans.push({ offset: index - next, length: 1 });
    next = index + 1;
  }
  return spans;
}

/** Delta encoding: the first count, then the difference of each bucket to the previous one. */
function deltasOf(buckets: NativeHistogram['buckets']): number[] {
  return buckets.map(([, count], at) => count - (buckets[at - 1]?.[1] ?? 0));
}

/** Fields of `WriteRequest` and `TimeSeries`. */
const TIME_SERIES = 1;
const SAMPLES = 2;
/** First bytes of a stale marker's `Sample`: field 1 and the bits of the NaN. */
const STALE = Buffer.from([0x09, 0x02, 0, 0, 0, 0, 0, 0xf0, 0x7f]);

/** Splits a message with compressed series into two halves; empty for a single series. */
export function splitWriteRequest(message: PushMessage): readonly PushMessage[] {
  const fields = readFields(uncompressed(message.body));
  const series = fields.filter(({ number }) => number === TIME_SERIES);
  const half = Math.ceil(series.length / 2);
  if (half === series.length) return [];
  const first = [...series.slice(0, half), ...fields.filter(({ number }) => number !== TIME_SERIES)];
  const bodies = [compressed(first), compressed(series.slice(half))] as const;
  return splitMessage(message, bodies, series.slice(0, half).filter((one) => !isStale(one)).length);
}

/** Joins compressed requests: all their series, in order. */
export function joinWriteRequests(bodies: readonly Uint8Array[]): Uint8Array {
  return compress(Buffer.concat(bodies.map(uncompressed)));
}

function uncompressed(body: string | Uint8Array): Uint8Array {
  return uncompress(Buffer.from(body));
}

function compressed(fields: readonly RawField[]): Uint8Array {
  return compress(Buffer.concat(fields.map(({ bytes }) => bytes)));
}

/** Stale markers do not count as samples. */
function isStale({ content }: RawField): boolean {
  return readFields(content).some((field) => field.number === SAMPLES && STALE.compare(field.content, 0, 9) === 0);
}
