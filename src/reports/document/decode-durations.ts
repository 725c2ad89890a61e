import { decodeFromCompressedBase64, JsHistogram, build, type Histogram } from 'hdr-histogram-js';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { decodeHdr, isPlausibleHdr, HDR_DIGITS } from '../../recorder/hdr-encoding.ts';
import type { Distribution } from '../../recorder/snapshot.ts';
import type { ResultDurations, ResultJob } from './result-document.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';

/**
 * Decodes the histogram of a result's durations, in microseconds, as one of the library: it can be added to others.
 * @param place names the durations in messages
 * @throws {LoadbotError} `config_invalid` if it cannot be decoded, or holds another number of durations than the result
 */
export function decodeDurations({ hdr, count }: ResultDurations, place: string): JsHistogram {
  return orDamaged(place, () => {
    if (!isPlausibleHdr(hdr)) throw new Error('its range is not that of a result');
    // 64-bit counts: the library's default 32-bit counts overflow silently.
    const histogram = decodeFromCompressedBase64(hdr, 64);
    if (!(histogram instanceof JsHistogram)) throw new TypeError('it was not decoded in JavaScript');
    requireCount(histogram.totalCount, count);
    return histogram;
  });
}

/**
 * Decodes the histogram of a result's durations. To visit its slots takes a fraction of the time that the library takes.
 * @param place names the durations in messages
 * @throws {LoadbotError} `config_invalid` if it cannot be decoded, or holds another number of durations than the result
 */
export function decodeLatencies({ hdr, count }: ResultDurations, place: string): Distribution['latency'] {
  return orDamaged(place, () => {
    const latencies = decodeHdr(hdr);
    requireCount(latencies.total, count);
    return latencies;
  });
}

function requireCount(found: number, count: number): void {
  if (found !== count) throw new Error(`it holds ${found} durations, not ${count}`);
}

/** @throws {LoadbotError} `config_invalid` if `decode` throws */
function orDamaged<T>(place: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw new LoadbotError('config_invalid', `the histogram of ${place} is damaged: ${messageOf(cause)}`, {
      hint: 'the field `hdr` of the result file was changed after `run` wrote it',
      cause,
    });
  }
}

/**
 * Merges the primary latencies (response time of paced jobs, service time of others) of several jobs; in microseconds.
 * @throws {LoadbotError} `config_invalid` when a histogram is damaged
 */
export function mergeDurations(jobs: readonly ResultJob[]): Histogram {
  const merged = emptyHistogram();
  for (const { name, response_time: response, service_time: service } of jobs) {
    const kind = response ? 'response_time' : 'service_time';
    merged.add(decodeDurations(response ?? service, `${sanitizeForTerminal(name)}.${kind}`));
  }
  return merged;
}

/**
 * Merges durations of one kind; in microseconds.
 * @param place names the durations in messages
 * @throws {LoadbotError} `config_invalid` when a histogram is damaged
 */
export function mergeTimes(all: readonly ResultDurations[], place: string): Histogram {
  const merged = emptyHistogram();
  for (const times of all) merged.add(decodeDurations(times, place));
  return merged;
}

function emptyHistogram(): Histogram {
  // 64-bit counts: the library's 16-bit counts overflow silently.
  return build({ bitBucketSize: 64, numberOfSignificantValueDigits: HDR_DIGITS, autoResize: true });
}
