import { percentEncode } from './percent-encode.ts';
import type { PushTarget } from './push-target.ts';
import type { Target } from './target.ts';
import { decodeUserinfo, splitUserinfo } from './userinfo.ts';

/** How to reach one receiver, and as whom. */
export type Destination = Pick<PushTarget, 'url' | 'headers' | 'tls' | 'proxy'>;

/** Shorter texts are no secrets, and masking them would leave nothing to read. */
const MIN_LENGTH = 4;

/**
 * Every text that must not be shown, should a receiver or a library repeat it: header values, credentials, the query of the
 * URL, in the forms in which they may come back. Longest first, so that none hides half of another.
 */
export function secretsOf({ url, headers, proxy, tls }: Destination): readonly string[] {
  const found = [
    ...Object.values(headers).flatMap(headerSecrets),
    ...querySecrets(new URL(url)),
    ...(proxy === undefined ? [] : proxySecrets(new URL(proxy))),
    tls.key ?? '',
  ];
  return inAllForms(found);
}

/** The same of a connection string, should a database or its client library repeat it. A password that is the user's name is none. */
export function secretsOfTarget({ secretUrl = '' }: Pick<Target, 'secretUrl'>): readonly string[] {
  const { userinfo = '', address } = splitUserinfo(secretUrl.replace(/^[^:]*:\/\//, ''));
  const [user = '', password = ''] = userinfo.split(/:(.*)/s, 2);
  const parameters = new URLSearchParams(/\?(.*)$/s.exec(address)?.[1]);
  const named = [...parameters].filter(([name]) => SECRET_PARAMETER.test(name)).map(([, value]) => value);
  return inAllForms(password === user ? named : [password, decodeUserinfo(password), ...named]);
}

/** Of drivers: `password`, `sslpassword`, MongoDB's `authMechanismProperties`, which may hold a session's token. */
const SECRET_PARAMETER = /pass|pwd|secret|token|authMechanismProperties/i;

/**
 * The same of a command's arguments, should the program repeat them: each of them, and what in it may be a secret by itself:
 * the value of a flag or header, the password of a URL. The name of a flag is none.
 */
export function secretsOfArguments(args: readonly string[]): readonly string[] {
  return inAllForms(args.filter((arg) => !/^--[\w-]+$/.test(arg)).flatMap(argumentSecrets));
}

/** Values that may be secrets, in the forms in which they may come back. */
export function secretsOfValues(values: readonly string[]): readonly string[] {
  return inAllForms(values);
}

function inAllForms(found: readonly string[]): readonly string[] {
  const forms = found.flatMap((secret) => [secret, percentEncode(secret), JSON.stringify(secret).slice(1, -1)]);
  const long = forms.filter((secret) => secret.length >= MIN_LENGTH);
  return [...new Set(long)].toSorted((a, b) => b.length - a.length);
}

/** @param secrets as `secretsOf` gives them */
export function mask(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}

/** A value as a whole, what follows its scheme, and what basic authentication makes of that. */
function headerSecrets(value: string): string[] {
  const token = /^\S+ +(\S.*)$/.exec(value)?.[1];
  if (token === undefined) return [value];
  if (!/^basic /i.test(value)) return [value, token];
  return [value, token, ...pairSecrets(Buffer.from(token, 'base64').toString())];
}

function querySecrets({ search, searchParams }: URL): string[] {
  return [search, search.slice(1), ...searchParams.values()];
}

function proxySecrets({ username, password }: URL): string[] {
  if (username === '' && password === '') return [];
  const pair = `${decodeUserinfo(username)}:${decodeUserinfo(password)}`;
  return [password, Buffer.from(pair).toString('base64'), ...pairSecrets(pair)];
}

/** @param pair user name and password with a colon between them */
function pairSecrets(pair: string): string[] {
  return [pair, pair.slice(pair.indexOf(':') + 1)];
}

function argumentSecrets(arg: string): string[] {
  const value = arg.replace(/^(?:--?[\w-]+=|-\w)/, '');
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return [arg, value, ...secretsOfTarget({ secretUrl: value })];
  const header = /^[\w-]+:\s*(\S.*)$/s.exec(value)?.[1];
  return [arg, value, ...(header === undefined ? [] : headerSecrets(header))];
}
