import type { TextFault } from './diagnostics.ts';
import type { Diagnostic } from '../shared/errors.ts';
import { splitUserinfo } from '../shared/network/userinfo.ts';

/** Converts the error of a flag's URL to a problem. */
export function toFlagProblem(path: string, { message, hint }: TextFault): Diagnostic {
  return { path, message, ...(hint !== undefined && { hint }) };
}

/** Parts that a URL may have after its host. */
export interface UrlParts {
  /** False for URLs that only identify a host, such as a proxy. */
  readonly path?: boolean;
  readonly query?: boolean;
}

/** Hint for credentials in a URL that are not percent-encoded. */
const ENCODE_CREDENTIALS =
  'write / ? # @ % \\ in a user name or password as %2F %3F %23 %40 %25 %5C, and @ in a path as %40';

/** A parameter at the beginning of a query. */
const FIRST_PARAMETER = /\?[\w.[\]-]+=/;

/**
 * Parses an http or https URL. Applies to every URL that is connected to: an unencoded character in a password would
 * make Node use a part of the password as the host.
 */
export function parseHttpUrl(text: string, parts: UrlParts = {}): URL | TextFault {
  const fault = formFault(text) ?? credentialsFault(text.slice(text.indexOf('//') + 2));
  if (fault !== undefined) return fault;
  const url = toUrl(text);
  if (url === undefined) return NOT_URL;
  return partsFault(url, parts) ?? url;
}

const NOT_URL: TextFault = { message: 'must be a URL such as "http://host:port/path"' };

function toUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** Error of a control character, which Node's URL parser would drop. */
export const CONTROL: TextFault = {
  message: 'contains a control character, such as a line end',
  hint: 'leave it out, or percent-encode it',
};

export function hasControl(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

export const NO_FRAGMENT = 'must not have a fragment';

function formFault(text: string): TextFault | undefined {
  if (/^\s*https?:\/\/[^/]/i.test(text)) return hasControl(text) ? CONTROL : undefined;
  const isOther = URL.canParse(text) && !/^\s*https?:/i.test(text);
  return isOther ? { message: 'must be an http or https URL' } : NOT_URL;
}

/**
 * Checks the credentials of a URL.
 * @param text the URL after `scheme://`
 */
function credentialsFault(text: string): TextFault | undefined {
  const fault = { message: 'has credentials that are not percent-encoded', hint: ENCODE_CREDENTIALS };
  const [authority = ''] = text.split(/[/?#\\]/, 1);
  const rest = text.slice(authority.length);
  // After a path, text behind a parameter is its value; without a path it is more likely the rest of a password.
  const [doubtful = ''] = rest.startsWith('/') ? rest.split(FIRST_PARAMETER, 1) : [rest];
  if (doubtful.includes('@')) return fault;
  const at = authority.lastIndexOf('@');
  if (at === -1) return undefined;
  const userinfo = authority.slice(0, at);
  if (!isDecodable(userinfo)) return fault;
  const [user = ''] = userinfo.split(':', 1);
  const message = 'has a user name with a colon, which basic authentication cannot send';
  return user.includes('%3A') || user.includes('%3a') ? { message, hint: 'use another user, or a header' } : undefined;
}

/**
 * Checks the credentials of a database's URL, which may name several hosts.
 * @param text the URL after `scheme://`
 */
export function databaseCredentialsFault(text: string): TextFault | undefined {
  const { userinfo = '' } = splitUserinfo(text);
  const isEncoded = !/[/?#\\]/.test(userinfo) && isDecodable(userinfo);
  return isEncoded ? undefined : { message: 'has credentials that are not percent-encoded', hint: ENCODE_CREDENTIALS };
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function partsFault(url: URL, { path, query }: UrlParts): TextFault | undefined {
  if (url.hash !== '' || url.href.endsWith('#')) {
    return { message: NO_FRAGMENT, hint: 'write # as %23' };
  }
  if (path === false && url.pathname !== '/') return { message: 'must not have a path', hint: 'only the host is used' };
  return query === false && url.search !== '' ? { message: 'must not have a query' } : undefined;
}
