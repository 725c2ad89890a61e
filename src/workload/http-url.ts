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

/** Parts of a proxy URL. */
export const PROXY_PARTS: UrlParts = { path: false, query: false };

/** Hint for credentials in a URL that are not percent-encoded. */
const ENCODE_CREDENTIALS =
  'write / ? # @ % \\ in a user name or password as %2F %3F %23 %40 %25 %5C, and @ in a path as %40';

/** A parameter at the beginning of a query. */
const FIRST_PARAMETER = /\?[\w.[\]-]+=/;

/**
 * Checks an http or https URL. Applies to every URL that is connected to: an unencoded character in a password would
 * make Node use a part of the password as the host.
 */
export function httpUrlFault(text: string, { path = true, query = true }: UrlParts = {}): TextFault | undefined {
  const fault = formFault(text) ?? credentialsFault(text.slice(text.indexOf('//') + 2));
  if (fault !== undefined) return fault;
  if (!URL.canParse(text)) return { message: 'must be a URL such as "http://host:port/path"' };
  return partsFault(new URL(text), { path, query });
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
  return { message: isOther ? 'must be an http or https URL' : 'must be a URL such as "http://host:port/path"' };
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

/** A listening address in Go notation: `9090`, `:9090`, `0.0.0.0:9090`, `[::]:9090` or `http://:9090`. */
const LISTEN_ADDRESS =
  /^(?:https?:\/\/)?(?:(?<host>|\*|localhost|0\.0\.0\.0|127(?:\.\d{1,3}){3}|\[[\da-f:]+\]):)?(?<port>\d{1,5})\/?$/i;
/** A host and port with an optional path but without a scheme. */
const WITHOUT_SCHEME = /^[\w.-]+:\d{1,5}(?:\/\S*)?$/;

/**
 * Checks the URL of a push target. The original loadbot used this setting for the port of its pull endpoint, so the
 * hint for a listening address names the setting that serves metrics.
 */
export function exportUrlFault(text: string): TextFault | undefined {
  const fault = httpUrlFault(text);
  if (fault === undefined) return undefined;
  const { host = '', port } = LISTEN_ADDRESS.exec(text.trim())?.groups ?? {};
  if (port !== undefined) {
    return {
      message: 'must be a URL to push to; this is an address to listen on',
      hint: servingHint(host === '*' ? '0.0.0.0' : host, port),
    };
  }
  return WITHOUT_SCHEME.test(text) ? { ...fault, hint: 'put http:// or https:// in front' } : fault;
}

/**
 * Hint with the settings that serve metrics on an address.
 * @param host empty for the default, loopback
 */
export function servingHint(host: string, port: number | string): string {
  const address = host.replaceAll(/[[\]]/g, '');
  const isDefault = address === '' || address === 'localhost' || address === '127.0.0.1';
  const flags = `--metrics_export_port ${port}${isDefault ? '' : ` --metrics_export_host ${address}`}`;
  const field = `"metrics_export_port": ${port}${isDefault ? '' : `, "metrics_export_host": "${address}"`}`;
  return `to serve GET /metrics to scrapers: ${flags}, or ${field} under "agent" in the file`;
}
