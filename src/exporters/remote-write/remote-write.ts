import { compress } from 'snappyjs';
import type { Family } from '../../metrics/family.ts';
import type { PushMessage, PushProtocol } from '../push/protocol.ts';
import { LiveSeries, type SeriesSample, seriesOf } from './series.ts';
import { joinWriteRequests, splitWriteRequest, encodeWriteRequest } from './write-request.ts';

/** Samples per request, the same as Prometheus' default. */
const SAMPLES_PER_REQUEST = 2_000;

const HEADERS = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
} as const;

/**
 * Prometheus remote write 1.0 (https://prometheus.io/docs/specs/prw/remote_write_spec/). A series that has left the
 * exposition gets a stale marker, and so does every series after the final values; otherwise queries would return its
 * last value for five more minutes.
 *
 * An exposition that is retried because its response was lost is written twice: receivers accept a duplicate sample.
 */
export function remoteWrite(url: URL): PushProtocol {
  const live = new LiveSeries();
  let newestMs = 0;
  return {
    url: url.href,
    takesGzip: false,
    onlyNewest: false,
    parts: { split: splitWriteRequest, join: joinWriteRequests },
    encode(exposition) {
      newestMs = exposition.epochMs;
      const present = seriesOf(exposition);
      const all = [...present, ...live.replace(present)];
      return batch(all, newestMs, exposition.families);
    },
    endOfRun: {
      graceMs: 0,
      // Later than the final values, so that the marker does not collide with them.
      encode: (epochMs) => batch(live.end(), Math.max(epochMs, newestMs + 1), []),
    },
  };
}

/** Splits series into requests of bounded size. The first request describes the families. */
function batch(series: readonly SeriesSample[], epochMs: number, described: readonly Family[]): PushMessage[] {
  const messages: PushMessage[] = [];
  for (let start = 0; start < series.length; start += SAMPLES_PER_REQUEST) {
    const part = series.slice(start, start + SAMPLES_PER_REQUEST);
    const request = encodeWriteRequest({ series: part, epochMs, described: start === 0 ? described : [] });
    // Stale markers do not count as delivered samples.
    const samples = part.filter(({ value }) => value !== 'stale').length;
    messages.push({ headers: HEADERS, body: compress(request), samples });
  }
  return messages;
}
