import type { PushProtocolName } from '../../core/push-target.ts';
import { redactUrl } from '../../core/redact.ts';
import type { Ask } from './ask.ts';
import { PROBE_NAME } from './probe.ts';
import { baseOf, queryBasesOf } from './push-paths.ts';
import { readExport, readGroups, readQuery, type StoredSeries } from './stored-series.ts';

/** What a store says it has of the probe. */
type Reading =
  | { readonly kind: 'series'; readonly series: readonly StoredSeries[]; readonly where: string }
  /** It cannot be asked, and why. */
  | { readonly kind: 'unreadable'; readonly reason: string };

/** A place where the probe might be read. */
interface Place {
  readonly url: string;
  readonly read: (text: string) => StoredSeries[] | undefined;
}

/** Reads the probe from wherever it can be read. */
export interface Reader {
  read(): Promise<Reading>;
}

/** What a reader is made of. */
export interface ReaderOptions {
  readonly ask: Ask;
  readonly protocol: PushProtocolName;
  /** Where it is pushed to. */
  readonly pushUrl: string;
  /** Where it is stored, as far as that is known: what `/api/v1/query` stands under. */
  readonly queryUrl: string | undefined;
  /** Milliseconds since the epoch of the probe. */
  readonly epochMs: number;
}

/** A reader that tries every place it can think of, and stays with the first that answers as a store does. */
export function createReader({ ask, protocol, pushUrl, queryUrl, epochMs }: ReaderOptions): Reader {
  let places =
    protocol === 'pushgateway' && queryUrl === undefined
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
      return { kind: 'unreadable', reason: reasons.at(-1) ?? 'there is no place to ask' };
    },
  };
}

/**
 * VictoriaMetrics' export first: it shows what a query, by default, hides for 30 s. A query is asked as of the probe's
 * own time, so that a clock that is ahead hides nothing; `latency_offset` is VictoriaMetrics' and means nothing to others.
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
