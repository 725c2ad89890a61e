import type { Target } from '../core/target.ts';
import { didYouMean } from './suggest.ts';

/** What a connection string says. */
export interface Connection {
  readonly target: Target;
  /** Value of the header `authorization` for the credentials that were in it. */
  readonly authorization: string | undefined;
}

/** Why a connection string cannot be used. Holds no part of it beyond its scheme: it may be a secret. */
export interface ConnectionFault {
  readonly message: string;
  readonly hint?: string | undefined;
}

const SPOKEN = ['http:', 'https:', 'embedded:'];
/** Of the original's and other targets, those that are known to come. */
const LATER: Readonly<Record<string, string>> = {
  'postgres:': 'PostgreSQL',
  'postgresql:': 'PostgreSQL',
  'mysql:': 'MySQL',
  'mongodb:': 'MongoDB',
  'mongodb+srv:': 'MongoDB',
  'redis:': 'Redis',
  'rediss:': 'Redis',
};

/** Reads a connection string: its scheme decides the driver, its credentials become a header and leave the URL. */
export function parseConnectionString(text: string): Connection | ConnectionFault {
  const scheme = /^([a-z][a-z0-9+.-]*:)(?=\/\/|$)/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === 'embedded:') return parseEmbedded(text);
  if (scheme === undefined) {
    return {
      message: 'must begin with a scheme',
      hint: 'such as http://127.0.0.1:8080, or embedded: for the built-in store',
    };
  }
  if (LATER[scheme] !== undefined) {
    return { message: `this version does not speak ${LATER[scheme]} yet`, hint: `it speaks ${SPOKEN.join(', ')}` };
  }
  if (!SPOKEN.includes(scheme)) {
    const hint = didYouMean(scheme, [...SPOKEN, ...Object.keys(LATER)]) ?? `it may be ${SPOKEN.join(', ')}`;
    return { message: `\`${scheme}\` is no scheme of a target`, hint };
  }
  return URL.canParse(text) ? parseHttp(new URL(text)) : { message: 'must be a URL such as "http://127.0.0.1:8080"' };
}

function parseEmbedded(text: string): Connection | ConnectionFault {
  if (/^embedded:(\/\/)?$/i.test(text)) {
    return { target: { driver: 'embedded', url: 'embedded:' }, authorization: undefined };
  }
  return { message: 'must be just `embedded:`: the built-in store has no address' };
}

function parseHttp(url: URL): Connection | ConnectionFault {
  if (url.search !== '' || url.hash !== '') {
    return { message: 'must not have a query or a fragment', hint: 'give `http: { "path": "/path?query" }` instead' };
  }
  const authorization = credentialsOf(url);
  if (authorization === null) {
    return { message: 'has credentials that are not percent-encoded', hint: 'write % as %25, or use `http.auth`' };
  }
  return { target: { driver: 'http', url: url.origin + url.pathname.replace(/\/+$/, '') }, authorization };
}

/** The header for a URL's credentials; nothing without any, `null` when they cannot be decoded. */
function credentialsOf({ username, password }: URL): string | undefined | null {
  if (username === '' && password === '') return undefined;
  try {
    return basicAuthorization(decodeURIComponent(username), decodeURIComponent(password));
  } catch {
    return null;
  }
}

/** Value of the header `authorization` for basic authentication (RFC 7617, UTF-8). */
export function basicAuthorization(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}
