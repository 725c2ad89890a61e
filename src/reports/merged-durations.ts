import { build, decodeFromCompressedBase64, type Histogram } from 'hdr-histogram-js';
import type { ResultJob } from './result-document.ts';

/**
 * Merges the primary latencies (response time of paced jobs, service time of others) of several jobs; in microseconds.
 */
export function mergeDurations(jobs: readonly ResultJob[]): Histogram {
  // 64-bit counts: the library's 16-bit counts overflow silently.
  const merged = build({ bitBucketSize: 64, numberOfSignificantValueDigits: 3, autoResize: true });
  for (const { response_time: response, service_time: service } of jobs) {
    merged.add(decodeFromCompressedBase64((response ?? service).hdr, 64));
  }
  return merged;
}
