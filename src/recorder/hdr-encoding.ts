import { build, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { LatencyCounts } from './latency-counts.ts';
import { MAX_MICROS } from './latency-index.ts';

/** HdrHistogram's V2 compressed encoding: lossless, and any HdrHistogram library adds and reads it. */
export function encodeHdr(latencies: LatencyCounts): string {
  return encodeIntoCompressedBase64(toHdrHistogram(latencies));
}

/** The same distribution as an HdrHistogram in microseconds, for its encoding and its tools. */
export function toHdrHistogram(latencies: LatencyCounts): Histogram {
  // 64-bit counts: the library's 16-bit ones wrap without a word.
  const histogram = build({
    bitBucketSize: 64,
    lowestDiscernibleValue: 1,
    highestTrackableValue: MAX_MICROS,
    numberOfSignificantValueDigits: 3,
    autoResize: false,
  });
  for (const [micros, count] of latencies.recorded()) {
    if (count > 0) histogram.recordValueWithCount(micros, count);
  }
  return histogram;
}
