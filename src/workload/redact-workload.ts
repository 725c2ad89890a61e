import { HIDDEN, redactSecrets, redactWords, SECRET_NAME } from '../shared/secret-text.ts';
import type { Json } from '../shared/json.ts';
import { splitUserinfo } from '../shared/network/userinfo.ts';
import type { Path } from './path.ts';
import { isCommand, isHarmlessHeader, isHeader, mayHoldSecret } from './secret-path.ts';

/** Limit of a text in a report, in characters; longer texts are bodies and documents. */
const MAX_TEXT_LENGTH = 2000;

/** `${NAME}`, alone or after the scheme of a header: a reference that reveals no secret. */
const REFERENCE = /^(?:[A-Za-z]+ +)?\$\{\w+\}$/;
/** Parameters of connection strings for TLS verification; shown in reports. */
const TLS_PARAMETER = /^(?:ssl|ssl-?mode|ssl_cert_reqs|tls|tlsInsecure|tlsAllowInvalid(?:Certificates|Hostnames))$/i;

/**
 * Redacts a workload file for publication: fields that may hold credentials keep only their `${NAME}`; text that
 * resembles a secret in a body or a statement is redacted too.
 * @param file content as written, variables not expanded
 */
export function redactWorkload(file: unknown): Json {
  return redact(file, []);
}

function redact(value: unknown, path: Path): Json {
  if (isCommand(value, path)) return redactWords(value).map(cut);
  if (Array.isArray(value)) return value.map((item, index) => redact(item, [...path, index]));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(item, [...path, key])]));
  }
  if (typeof value === 'string') return cut(redactText(value, path));
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

function redactText(text: string, path: Path): string {
  if (mayHoldSecret(path)) return redactSecret(text, path);
  const name = String(path.at(-1));
  const isArgument = path[0] === 'sources' && path[2] === 'command' && path[3] !== 0;
  if (isArgument) return HIDDEN;
  if (SECRET_NAME.test(name) && !isTag(text) && !REFERENCE.test(text)) return HIDDEN;
  return redactSecrets(text);
}

/** Whether a text is a template tag, which is generated for each request and not secret. */
function isTag(text: string): boolean {
  return /^#[a-z]/i.test(text);
}

function redactSecret(text: string, path: Path): string {
  if (REFERENCE.test(text)) return text;
  if (isHeader(path) || path.includes('headers')) return isHarmlessHeader(path) ? text : HIDDEN;
  return path.includes('auth') || path.at(-1) === 'token' ? HIDDEN : redactSecretUrl(text);
}

/** Redacts a URL: removes credentials and the values of its query, except parameters for TLS verification. */
function redactSecretUrl(text: string): string {
  const [, address = '', query = ''] = /^([^?#]*)(.*)$/s.exec(withoutUserinfo(text)) ?? [];
  const values = query.replaceAll(/([?&#]([^=&#]*))(=?)([^&#]*)/g, (...found: readonly string[]) => {
    const [whole = '', before = '', name = '', is = '', value = ''] = found;
    if (REFERENCE.test(value) || TLS_PARAMETER.test(name)) return whole;
    return is === '' ? before.slice(0, 1) + HIDDEN : `${before}=${HIDDEN}`;
  });
  return address + values;
}

/** Removes everything that may be user information from a text that is not an http URL with a host. */
function withoutUserinfo(text: string): string {
  const parsed = /^https?:/i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (parsed !== undefined && parsed.username === '' && parsed.password === '') return text;
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(text) ?? [];
  const { userinfo, address } = splitUserinfo(rest);
  if (userinfo === undefined || /^\$\{\w+\}(?::\$\{\w+\})?$/.test(userinfo)) return text;
  return `${scheme}${HIDDEN}@${address}`;
}

function cut(text: string): string {
  const more = text.length - MAX_TEXT_LENGTH;
  return more <= 0 ? text : `${text.slice(0, MAX_TEXT_LENGTH)}… and ${more} characters more`;
}
