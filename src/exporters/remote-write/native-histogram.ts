import type { PbfWriter } from 'pbf';
import type { NativeHistogram } from '../../metrics/family.ts';

/** A native histogram at a time, milliseconds since the epoch. */
interface TimedHistogram {
  readonly histogram: NativeHistogram;
  readonly timestamp: number;
}

/** Successive buckets, and how many indexes lie between them and the ones before. */
interface Span {
  readonly offset: number;
  length: number;
}

/** `prometheus.Histogram` of https://github.com/prometheus/prometheus/blob/main/prompb/types.proto, with whole counts. */
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

/** The first span's offset is its index; of each other one the distance to the end of the one before. */
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

/** The first count, then of each bucket the difference to the one before. */
function deltasOf(buckets: NativeHistogram['buckets']): number[] {
  return buckets.map(([, count], at) => count - (buckets[at - 1]?.[1] ?? 0));
}
