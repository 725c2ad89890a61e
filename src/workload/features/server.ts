import { parseHttpUrl, type UrlParts } from '../http-url.ts';
import { isFault, type TextFault } from '../diagnostics.ts';
import { decodeUserinfo } from '../../shared/network/userinfo.ts';
import { basicAuthorization } from './connection-string.ts';
import { z } from 'zod';
import { optional, parsed, required, text } from '../values.ts';

/** User name and password. */
export const basicSchema = z
  .strictObject({
    username: required(z.string(), { description: 'User name.', examples: ['loadbot'] }),
    password: required(z.string(), { description: 'Password.', examples: ['${TARGET_PASSWORD}'] }),
  })
  .meta({ id: 'basic', description: 'Basic authentication.' });

const ONE_WAY = 'must hold either `basic` or `bearer`';

/** Credentials of a request. */
export const authSchema = z
  .strictObject({
    basic: optional(basicSchema, {
      description: 'User name and password; both may contain `${ENV_NAME}`.',
      examples: [{ username: 'loadbot', password: '${TARGET_PASSWORD}' }],
    }),
    bearer: optional(text, {
      description: 'Token; may contain `${ENV_NAME}`.',
      examples: ['${TARGET_TOKEN}'],
    }),
  })
  .refine(({ basic, bearer }) => (basic === undefined) !== (bearer === undefined), { error: ONE_WAY })
  .meta({ id: 'auth', description: 'Credentials: either `basic` or `bearer`.', minProperties: 1, maxProperties: 1 });

/**
 * Credentials for a server.
 * @param address field whose URL may hold the credentials instead
 * @param token environment variable of the example
 */
export function authField(address: string, token: string) {
  return optional(authSchema, {
    description: 'Credentials, sent as the header `authorization`.',
    without: `those in ${address}, if any`,
    examples: [{ bearer: `\${${token}}` }],
  });
}

/** Token of method and header names (RFC 9110, section 5.6.2). */
export const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** Name of a header. */
export const headerName = z.string().regex(TOKEN, { error: 'is not a valid header name' });

/** Pattern of a header's value. */
export const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
export const HEADER_VALUE_FORM = 'must be a header value: printable text on one line';

/**
 * Headers of requests to a server of the metrics stack.
 * @param without headers that are sent by default
 */
export function headersField(without: string) {
  return optional(z.record(headerName, z.string().regex(HEADER_VALUE, { error: HEADER_VALUE_FORM })), {
    description: 'Headers by name, in any case. Values may contain `${ENV_NAME}`.',
    without,
    examples: [{ 'x-scope-orgid': 'load' }],
  });
}

type Headers = Readonly<Record<string, string>>;

/** The URL of a server without its credentials, and the header that they make. */
export interface ServerUrl {
  readonly url: string;
  readonly headers: Headers;
}

/** Parses an http or https URL, which may have credentials. */
export function parseServerUrl(text: string, parts?: UrlParts): ServerUrl | TextFault {
  const url = parseHttpUrl(text, parts);
  if (isFault(url)) return url;
  const headers = credentialsOf(url);
  if (headers['authorization'] === undefined) return { url: text, headers };
  url.username = '';
  url.password = '';
  return { url: url.href, headers };
}

/** The header that the credentials of a URL make. */
export function credentialsOf({ username, password }: URL): Headers {
  if (username === '' && password === '') return {};
  return { authorization: basicAuthorization(decodeUserinfo(username), decodeUserinfo(password)) };
}

/** URL of a server of the metrics stack. */
export const serverUrl = parsed(parseServerUrl);

/** The header that credentials of the file make. */
export function authHeaders(auth: z.infer<typeof authSchema> | undefined): Headers {
  if (auth?.basic !== undefined) {
    return { authorization: basicAuthorization(auth.basic.username, auth.basic.password) };
  }
  return auth?.bearer === undefined ? {} : { authorization: `Bearer ${auth.bearer}` };
}

/** The same headers with names in lower case. */
export function lowerCase(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
