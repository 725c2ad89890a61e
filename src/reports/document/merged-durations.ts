import { build, type Histogram } from 'hdr-histogram-js';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { HDR_DIGITS } from '../../recorder/hdr-encoding.ts';
import { decodeDurations } from './decode-durations.ts';
import type { ResultJob } from './result-document.ts';

/**
 * Merges the primary latencies (response time of paced jobs, service time of others) of several jobs; in microseconds.
 * @throws {LoadbotError} `config_invalid` when a histogram is damaged
 */
export function mergeDurations(jobs: readonly ResultJob[]): Histogram {
  // 64-bit counts: the library's 16-bit counts overflow silently.
  const merged = build({ bitBucketSize: 64, numberOfSignificantValueDigits: HDR_DIGITS, autoResize: true });
  for (const { name, response_time: response, service_time: service } of jobs) {
    const kind = response ? 'response_time' : 'service_time';
    merged.add(decodeDurations(response ?? service, `${sanitizeForTerminal(name)}.${kind}`));
  }
  return merged;
}
