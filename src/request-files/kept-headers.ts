import type { Header } from './imported-request.ts';

/** Headers of a client for its own connection, its cache or its pages: loadbot-agent sets its own, or sends none. */
const DROPPED = new Set(
  'host content-length connection accept-encoding keep-alive proxy-connection transfer-encoding te trailer upgrade expect http2-settings upgrade-insecure-requests priority dnt if-none-match if-modified-since proxy-authorization'.split(
    ' ',
  ),
);

/** The headers that belong to a request, in the order of their names. */
export function keptHeaders(headers: readonly Header[]): Header[] {
  const kept = new Map<string, string>();
  for (const [given, value] of headers) {
    const name = given.trim().toLowerCase();
    if (DROPPED.has(name) || name.startsWith('sec-') || name.startsWith(':') || !isSendable(name, value)) continue;
    const earlier = kept.get(name);
    // HTTP/2 splits cookies.
    kept.set(name, earlier === undefined ? value : `${earlier}${name === 'cookie' ? '; ' : ', '}${value}`);
  }
  return [...kept].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function isSendable(name: string, value: string): boolean {
  return /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) && /^[\t\u{20}-\u{7e}\u{80}-\u{ff}\u{fdd0}\u{fdd1}]*$/u.test(value);
}
