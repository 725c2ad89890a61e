import { isFault, type TextFault } from '../diagnostics.ts';
import { DRIVER_OF_SCHEME, isBuiltIn, isHttpServer, usesHttp } from '../../driver-catalog.ts';
import type { Target } from '../../plan/target.ts';
import { splitUserinfo } from '../../shared/network/userinfo.ts';
import { CONTROL, databaseCredentialsFault, hasControl, NO_FRAGMENT, parseHttpUrl } from '../http-url.ts';
import { moduleSchemes } from '../parsed-texts.ts';
import { didYouMean } from '../suggest.ts';
import { parsed } from '../values.ts';

/** A parsed connection string. */
export interface Connection {
  readonly target: Target;
  /** Value of the `authorization` header for the credentials of the URL. */
  readonly authorization: string | undefined;
}

/** Placeholder for an invalid connection string in a plan that is built only to find more problems. */
export const NO_CONNECTION: Connection = {
  target: { driver: 'embedded', url: 'embedded:', secretUrl: undefined },
  authorization: undefined,
};

/**
 * Parses a connection string: the scheme selects the driver; credentials move from the URL into a header.
 * @returns an error contains no part of the text beyond the scheme: the rest may be secret
 */
export function parseConnectionString(text: string): Connection | TextFault {
  const scheme = /^([a-z][a-z0-9+.-]*:)(?=\/\/|$)/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    return {
      message: 'must begin with a scheme',
      hint: 'such as http://127.0.0.1:8080, or embedded: for the built-in store',
    };
  }
  const modules = moduleSchemes();
  const driver = DRIVER_OF_SCHEME.get(scheme) ?? modules.get(scheme);
  if (driver === undefined) {
    if (modules.has(scheme)) return NO_CONNECTION; // its module is reported
    const schemes = [...DRIVER_OF_SCHEME.keys(), ...modules.keys()];
    const hint = didYouMean(scheme, schemes) ?? `it may be ${schemes.join(', ')}`;
    return { message: `\`${scheme}\` is not a supported scheme`, hint };
  }
  if (isBuiltIn({ driver })) return parseEmbedded(text);
  return usesHttp({ driver }) ? parseHttp(text) : parseDatabase(text, scheme, driver);
}

/** Parses a database URL. The client library validates hosts, sockets and options after the scheme. */
function parseDatabase(text: string, scheme: string, driver: string): Connection | TextFault {
  const behindScheme = text.slice(scheme.length + '//'.length);
  const { address } = splitUserinfo(behindScheme);
  // Clients would use the text before such a character as the host, or drop the character.
  const fault = hasControl(text) ? CONTROL : databaseCredentialsFault(behindScheme);
  if (fault !== undefined) return fault;
  const [place = ''] = address.split(/[?#]/, 1);
  if (place === '') return { message: `must name a host, such as "${scheme}//127.0.0.1/test"` };
  const [hosts = ''] = place.split('/', 1);
  if (/\s/.test(hosts)) return { message: 'has a blank in the host', hint: 'leave it out' };
  if (address.includes('#')) return { message: NO_FRAGMENT, hint: 'write # as %23' };
  const url = `${scheme}//${place.replace(/\/+$/, '')}`;
  return { target: { driver, url, secretUrl: text }, authorization: undefined };
}

function parseEmbedded(text: string): Connection | TextFault {
  if (/^embedded:(\/\/)?$/i.test(text)) {
    return { target: { driver: 'embedded', url: 'embedded:', secretUrl: undefined }, authorization: undefined };
  }
  return { message: 'must be `embedded:` alone: the built-in store has no address' };
}

function parseHttp(text: string): Connection | TextFault {
  const url = parseHttpUrl(text);
  const isUrl = !isFault(url) || url.message === NO_FRAGMENT;
  if (isUrl && /[?#]/.test(text)) {
    return { message: 'must not have a query or a fragment', hint: 'give `http: { "path": "/path?query" }` instead' };
  }
  if (isFault(url)) return url;
  const address = url.origin + url.pathname.replace(/\/+$/, '');
  return { target: { driver: 'http', url: address, secretUrl: undefined }, authorization: authorizationOf(url) };
}

/** URL of a target. */
export const connectionText = parsed(parseConnectionString);

/** URL of a target that is reached over HTTP. */
export const httpTargetText = parsed((text) => {
  const connection = parseConnectionString(text);
  if (isFault(connection) || isHttpServer(connection.target)) return connection;
  return { message: 'must be an http or https URL' };
});

/** Header value for a URL's percent-encoded credentials; `undefined` without credentials. */
function authorizationOf({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return basicAuthorization(decodeURIComponent(username), decodeURIComponent(password));
}

/** Value of the header `authorization` for basic authentication (RFC 7617, UTF-8). */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
