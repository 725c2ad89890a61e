import { hasTemplate, maskTemplates } from './template-text.ts';

/** Parts of a URL as written. */
interface SplitUrl {
  /** `http://user:password@host:port`; empty for a URL that begins with its path. */
  readonly origin: string;
  /** Path and query, without the fragment; begins with `/`. */
  readonly path: string;
}

/** Splits a URL, which may contain template tags, without changing its text. */
export function splitUrl(url: string): SplitUrl {
  // As in an access log, of which there may be a million.
  if (url.startsWith('/') && !url.includes('#') && !hasTemplate(url)) return { origin: '', path: url };
  const masked = maskTemplates(url);
  const [beforeFragment = ''] = masked.split('#', 1);
  // Without a scheme, a variable may stand for the whole origin.
  const start = /^[a-z][a-z0-9+.-]*:\/\//i.exec(masked)?.[0].length ?? 0;
  const length = beforeFragment.slice(start).search(/[/?\\]/);
  const end = length === -1 ? beforeFragment.length : start + length;
  const path = url.slice(end, beforeFragment.length);
  return { origin: url.slice(0, end), path: path.startsWith('/') ? path : `/${path}` };
}

/** The origin without credentials, in lower case and without the default port of its scheme. */
export function hostOf(origin: string): string {
  const [scheme = '', rest] = origin.split('//', 2);
  if (rest === undefined) return origin;
  const host = rest.slice(rest.lastIndexOf('@') + 1);
  return `${scheme}//${host}`.toLowerCase().replace(/^(http:.*):80$|^(https:.*):443$/, '$1$2');
}
