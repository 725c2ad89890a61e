import type { PbfWriter } from 'pbf';
import type { NativeHistogram } from '../../metrics/family.ts';

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
export function writeNativeHistogram({ histogram, timestamp }: TimedHistogram, writer: PbfWriter): void {
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
