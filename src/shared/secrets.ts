import type { Destination } from './network/destination.ts';
import { percentEncode } from './percent-encode.ts';
import { isSecretParameter } from './secret-text.ts';
import { CUT } from './text.ts';
import { decodeUserinfo, splitUserinfo } from './network/userinfo.ts';

/** Minimum length of a secret; masking shorter texts would make messages unreadable. */
const MIN_LENGTH = 4;

/**
 * Returns all secrets of a destination, to redact when a receiver or a library repeats them: header values, credentials
 * and the URL's query, in all their encodings. Longest first, so that no secret hides part of another.
 */
export function secretsOf({ url, headers, proxy, tls }: Destination): readonly string[] {
  const found = [
    ...Object.values(headers).flatMap(secretsOfHeader),
    ...querySecrets(new URL(url)),
    ...(proxy === undefined ? [] : proxySecrets(new URL(proxy))),
    tls.key ?? '',
  ];
  return inAllForms(found);
}

/**
 * Returns the secrets of a connection string, to redact when a database or its client library repeats them. A password
 * equal to the user name is not a secret.
 */
export function secretsOfTarget({ secretUrl = '' }: { readonly secretUrl?: string | undefined }): readonly string[] {
  const { userinfo = '', address } = splitUserinfo(secretUrl.replace(/^[^:]*:\/\//, ''));
  const [user = '', password = ''] = userinfo.split(/:(.*)/s, 2);
  const parameters = new URLSearchParams(/\?(.*)$/s.exec(address)?.[1]);
  const isSecret = (name: string): boolean => isSecretParameter(name) || name === 'authMechanismProperties';
  const named = [...parameters].filter(([name]) => isSecret(name)).map(([, value]) => value);
  return inAllForms(password === user ? named : [password, decodeUserinfo(password), ...named]);
}

/**
 * Returns the secrets of a command's arguments, to redact when the program repeats them: each argument, and its secret
 * parts, such as the value of a flag or header and the password of a URL. Flag names are not secrets.
 */
export function secretsOfArguments(args: readonly string[]): readonly string[] {
  return inAllForms(args.filter((arg) => !/^--[\w-]+$/.test(arg)).flatMap(argumentSecrets));
}

/** Returns values that may be secrets, in all their encodings. */
export function secretsOfValues(values: readonly string[]): readonly string[] {
  return inAllForms(values);
}

function inAllForms(found: readonly string[]): readonly string[] {
  const forms = found.flatMap((secret) => [secret, percentEncode(secret), JSON.stringify(secret).slice(1, -1)]);
  const long = forms.filter((secret) => secret.length >= MIN_LENGTH);
  return [...new Set(long)].toSorted((a, b) => b.length - a.length);
}

/** @param secrets as returned by `secretsOf` */
export function redactSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => maskBeginnings(masked.replaceAll(secret, '***'), secret, '***'), text);
}

/** Shorter beginnings reveal little, and may be any other text. */
const LEAST_BEGINNING = 3;

/** Replaces beginnings of a secret that stand before the mark of a shortened text, which has cut off the rest. */
export function maskBeginnings(message: string, secret: string, by: string): string {
  if (!message.includes(CUT)) return message;
  const parts = message.split(CUT);
  const last = parts.pop() ?? '';
  const masked = parts.map((part) => {
    for (let length = Math.min(secret.length, part.length); length >= LEAST_BEGINNING; length--) {
      if (part.endsWith(secret.slice(0, length))) return part.slice(0, -length) + by;
    }
    return part;
  });
  return [...masked, last].join(CUT);
}

/** The complete value, the part after its scheme, and the decoded credentials of basic authentication. */
export function secretsOfHeader(value: string): string[] {
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

/** @param pair `user:password` */
function pairSecrets(pair: string): string[] {
  return [pair, pair.slice(pair.indexOf(':') + 1)];
}

function argumentSecrets(arg: string): string[] {
  const value = arg.replace(/^(?:--?[\w-]+=|-\w)/, '');
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return [arg, value, ...secretsOfTarget({ secretUrl: value })];
  const header = /^[\w-]+:\s*(\S.*)$/s.exec(value)?.[1];
  return [arg, value, ...(header === undefined ? [] : secretsOfHeader(header))];
}

const LENGTH = 200;

/**
 * Returns the first line of a response or an error, shortened and with secrets redacted.
 * @param secrets as returned by `secretsOf`
 */
export function firstLine(text: string, secrets: readonly string[]): string {
  // Redacted before it is cut: a partial secret would not be found.
  const [line = ''] = redactSecrets(text.trim(), secrets).split(/[\r\n]/, 1);
  return line.slice(0, LENGTH);
}
