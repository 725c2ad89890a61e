import type { PushProtocolEntry } from '../exporters/push/protocol.ts';
import { redactUrl } from '../shared/redact.ts';
import type { SendQuery } from './send-query.ts';
import { PROBE_NAME } from './probe-push.ts';
import { readExport, readGroups, readQuery, type StoredSeries } from './stored-series.ts';
import { PUSH_PROTOCOL_ROWS } from '../push-catalog.ts';
import type { Clock } from '../shared/clock.ts';
import type { Labels } from '../metrics/family.ts';

/** Result of reading the probe from a store. */
type Reading =
  | { readonly kind: 'series'; readonly series: readonly StoredSeries[]; readonly where: string }
  /** The store cannot be read, and the reason. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** A possible location of the probe. */
interface Place {
  readonly url: string;
  readonly read: (text: string) => StoredSeries[] | undefined;
}

/** Reads the probe from the first readable location. */
export interface Reader {
  read(): Promise<Reading>;
}

/** Options of a reader. */
export interface ReaderOptions {
  readonly ask: SendQuery;
  readonly protocol: PushProtocolEntry;
  /** Push URL. */
  readonly pushUrl: string;
  /** Base URL of `/api/v1/query` in the store, if known. */
  readonly queryUrl: string | undefined;
  /** Timestamp of the probe, milliseconds since the epoch. */
  readonly epochMs: number;
}

/** Creates a reader that tries every known location and keeps using the first that responds as a store. */
export function createReader({ ask, protocol, pushUrl, queryUrl, epochMs }: ReaderOptions): Reader {
  let places =
    protocol.keepsGroups && queryUrl === undefined
      ? [groupsOf(baseOf(pushUrl))]
      : (queryUrl === undefined ? queryBasesOf(pushUrl) : [queryUrl.replace(/\/+$/, '')]).flatMap((base) =>
          placesUnder(base, epochMs),
        );
  return {
    async read() {
      const reasons: string[] = [];
      for (const place of places) {
        const answer = await ask({ url: place.url });
        const where = redactUrl(place.url);
        const series =
          answer.kind === 'answer' && answer.status === 200 ? place.read(answer.body.toString()) : undefined;
        if (series !== undefined) {
          places = [place];
          return { kind: 'series', series, where };
        }
        reasons.push(
          answer.kind === 'silence' ? answer.reason : `${where} answers ${answer.status} ${answer.excerpt}`.trim(),
        );
      }
      return { kind: 'unreadable', reason: reasons.at(-1) ?? 'no query endpoint is known' };
    },
  };
}

/**
 * VictoriaMetrics' export comes first, because its query API by default hides the newest 30 s. A query uses the probe's
 * timestamp, so that a clock that is ahead hides nothing; `latency_offset` is specific to VictoriaMetrics and ignored
 * by others.
 */
function placesUnder(base: string, epochMs: number): Place[] {
  const exporting = new URLSearchParams({ 'match[]': PROBE_NAME });
  const querying = new URLSearchParams({
    query: PROBE_NAME,
    time: String(Math.ceil(epochMs / 1000)),
    latency_offset: '1ms',
    nocache: '1',
  });
  return [
    { url: `${base}/api/v1/export?${exporting.toString()}`, read: readExport },
    { url: `${base}/api/v1/query?${querying.toString()}`, read: readQuery },
  ];
}

function groupsOf(base: string): Place {
  return { url: `${base}/api/v1/metrics`, read: (text) => readGroups(text, PROBE_NAME) };
}

/** Push paths of all receivers, after any prefix. */
const PUSH_PATH = new RegExp(`/(${PUSH_PROTOCOL_ROWS.map(({ pushPath }) => pushPath.source).join('|')})/?$`);

/** Origin and prefix of a receiver: `http://proxy/vm` of `http://proxy/vm/api/v1/write`. */
export function baseOf(pushUrl: string): string {
  const { origin, pathname } = new URL(pushUrl);
  const prefix = PUSH_PATH.test(pathname) ? pathname.replace(PUSH_PATH, '') : '';
  return origin + prefix;
}

/**
 * Possible base URLs of the query API `/api/v1/...`: next to the push path, at the reading side of a cluster, or under
 * Mimir's prefix.
 */
export function queryBasesOf(pushUrl: string): string[] {
  const base = baseOf(pushUrl).replace(/\/insert\/([^/]+)/, '/select/$1');
  return base.endsWith('/prometheus') ? [base] : [base, `${base}/prometheus`];
}

/** A stored probe. */
export interface StoredProbe {
  readonly kind: 'seen';
  /** Value that identifies the probe. */
  readonly value: number;
  readonly labels: Labels;
  readonly where: string;
  readonly afterMs: number;
}

/** Result of the search for a probe. */
export type ProbeDetection =
  | StoredProbe
  | { readonly kind: 'absent'; readonly where: string; readonly afterMs: number }
  | { readonly kind: 'unreadable'; readonly reason: string };

const PAUSE_MS = 500;

/**
 * Polls until one of the values has arrived, preferably the first, for at most `withinMs`. Stores expose new data with
 * a delay.
 */
export async function waitForProbe(
  reader: Reader,
  values: readonly number[],
  withinMs: number,
  clock: Clock,
): Promise<ProbeDetection> {
  const startMs = clock.nowMs();
  for (;;) {
    const reading = await reader.read();
    if (reading.kind === 'unreadable') return reading;
    const { series, where } = reading;
    const afterMs = clock.nowMs() - startMs;
    for (const value of values) {
      const found = series.find((one) => one.values.includes(value));
      if (found !== undefined) return { kind: 'seen', value, labels: found.labels, where, afterMs };
    }
    if (afterMs >= withinMs) return { kind: 'absent', where, afterMs };
    await new Promise<void>((resolve) => void clock.after(PAUSE_MS, resolve));
  }
}
