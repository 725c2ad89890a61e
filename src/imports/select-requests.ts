import { groupBy } from '../shared/group-by.ts';
import type { ImportedRequest } from '../request-files/imported-request.ts';
import { keptHeaders } from '../request-files/kept-headers.ts';
import { hostOf, splitUrl } from '../request-files/split-url.ts';
import { unmark } from '../request-files/template-text.ts';

/** Which of the requests are imported. */
export interface Selection {
  /** Host and port; default: the one with the most requests. */
  readonly host?: string | undefined;
  readonly includeStatic: boolean;
  /** Most requests after equal ones are merged: those that occur most often. */
  readonly limit: number;
}

/** The requests of one host, equal ones merged, most frequent first. */
export interface SelectedRequests {
  /** `http://host:port`; empty if the file names none. */
  readonly origin: string;
  readonly requests: readonly ImportedRequest[];
  /** Requests that were left out, by reason. */
  readonly leftOut: ReadonlyMap<string, number>;
}

/** Files that browsers load beside a page and that a CDN usually serves. */
const STATIC = /\.(?:css|js|mjs|map|png|jpe?g|gif|svg|ico|webp|avif|bmp|woff2?|ttf|otf|eot|mp4|webm|mp3|wasm)$/i;

/**
 * Selects the requests to write. Requests of a run go to one host.
 * @param given in the order of the file
 * @param prepare replaces secrets, which differ between requests that are otherwise equal
 */
export function selectRequests(
  given: readonly ImportedRequest[],
  selection: Selection,
  prepare: (request: ImportedRequest, origin: string) => ImportedRequest,
): SelectedRequests {
  const leftOut = new Map<string, number>();
  const leave = (reason: string, { weight }: ImportedRequest): false => {
    leftOut.set(reason, (leftOut.get(reason) ?? 0) + weight);
    return false;
  };
  const sendable = given.filter((request) => {
    const { method, url, status } = request;
    const { path, origin } = splitUrl(url);
    if (/^[a-z][a-z0-9+.-]*:/i.test(origin) && !/^https?:/i.test(origin)) return leave('not http or https', request);
    if (method === 'CONNECT' || !/^[A-Z-]+$/.test(method)) return leave(`method ${method.slice(0, 20)}`, request);
    if (status !== undefined && status >= 400)
      return leave('failed when it was recorded (status 400 or above)', request);
    const isStatic = !selection.includeStatic && STATIC.test(path.replace(/\?.*$/s, ''));
    return isStatic ? leave('static file (--include_static keeps it)', request) : true;
  });
  const hosts = groupBy(sendable, ({ url }) => hostOf(splitUrl(url).origin));
  const byWeight = [...hosts].toSorted(([, a], [, b]) => weightOf(b) - weightOf(a));
  const host = selection.host?.toLowerCase();
  const [wanted = ''] =
    byWeight.find(([name]) => host === undefined || name === host || name.endsWith(`//${host}`)) ?? [];
  const chosen = hosts.get(wanted) ?? [];
  for (const [name, others] of byWeight) {
    if (name !== wanted) for (const request of others) leave(`other host: ${unmark(name) || 'unknown'}`, request);
  }
  const { origin } = splitUrl(chosen[0]?.url ?? '/');
  const prepared = chosen.map((request) => {
    const { url, method, name, body, weight, status } = request;
    return prepare({ url, method, name, body, weight, status, headers: keptHeaders(request.headers) }, origin);
  });
  const merged = mergeEqual(prepared).toSorted((a, b) => b.weight - a.weight);
  for (const request of merged.slice(selection.limit))
    leave(`less frequent than the first ${selection.limit} (--limit)`, request);
  return { origin, requests: merged.slice(0, selection.limit), leftOut };
}

function weightOf(requests: readonly ImportedRequest[]): number {
  return requests.reduce((sum, { weight }) => sum + weight, 0);
}

/** Merges equal requests and adds their weights; keeps the order. */
function mergeEqual(requests: readonly ImportedRequest[]): ImportedRequest[] {
  const groups = groupBy(requests, ({ method, url, headers, body }) =>
    JSON.stringify([method, splitUrl(url).path, headers, body]),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...first, weight: weightOf(group) }];
  });
}
