import { compress } from 'snappyjs';
import type { Family } from '../../metrics/family.ts';
import type { PushMessage, PushProtocol } from '../push/protocol.ts';
import { LiveSeries } from './live-series.ts';
import { type SeriesSample, seriesOf } from './series.ts';
import { joinWriteRequests, splitWriteRequest } from './split-request.ts';
import { encodeWriteRequest } from './write-request.ts';

/** Samples a request, as many as Prometheus itself puts into one. */
const SAMPLES_PER_REQUEST = 2_000;

const HEADERS = {
  'content-type': 'application/x-protobuf',
  'content-encoding': 'snappy',
  'x-prometheus-remote-write-version': '0.1.0',
} as const;

/**
 * Prometheus remote write 1.0 (https://prometheus.io/docs/specs/prw/remote_write_spec/). A series that has left the
 * exposition, and every series once the last values are delivered, is marked as ended, so that queries do not
 * go on showing its last value for five minutes.
 *
 * An exposition that is sent again because its answer was lost is taken twice: receivers accept a sample that they have.
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
    lastWords: {
      graceMs: 0,
      // Later than the last values, which the mark would else contradict.
      encode: (epochMs) => batch(live.end(), Math.max(epochMs, newestMs + 1), []),
    },
  };
}

/** As requests of bounded size. The families are described in the first. */
function batch(series: readonly SeriesSample[], epochMs: number, described: readonly Family[]): PushMessage[] {
  const messages: PushMessage[] = [];
  for (let start = 0; start < series.length; start += SAMPLES_PER_REQUEST) {
    const part = series.slice(start, start + SAMPLES_PER_REQUEST);
    const request = encodeWriteRequest({ series: part, epochMs, described: start === 0 ? described : [] });
    // A mark is no measurement, so it is not counted among what was delivered.
    const samples = part.filter(({ value }) => value !== 'stale').length;
    messages.push({ headers: HEADERS, body: compress(request), samples });
  }
  return messages;
}
