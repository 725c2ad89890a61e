import type { Json } from '../shared/json.ts';
import { splitUserinfo } from '../shared/network/userinfo.ts';
import {
  HIDDEN,
  redactSecrets,
  redactWords,
  SECRET_NAME,
  isPlaceholder,
  secretsInText,
  secretsInWords,
} from '../shared/secret-text.ts';
import { secretsOfHeader, secretsOfValues } from '../shared/secrets.ts';
import type { Path } from './diagnostics.ts';
import {
  isCommand,
  isCondition,
  isHarmlessHeader,
  isHeader,
  mayHoldSecret,
  withinHttp,
  withinRequest,
} from './field-paths.ts';

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
  const name = nameOf(path);
  const isArgument = path[0] === 'sources' && path[2] === 'command' && path[3] !== 0;
  if (isArgument) return HIDDEN;
  const condition = isCondition(path) ? secretCondition(text) : undefined;
  if (condition !== undefined) return REFERENCE.test(condition.value) ? text : condition.before + HIDDEN;
  if (SECRET_NAME.test(name) && !isTag(text) && !REFERENCE.test(text)) return HIDDEN;
  return redactSecrets(text);
}

/**
 * Name of the value at a path. A `value` in a multipart body has the name of its part, which is unknown in a list: it
 * counts as a secret. A compared value has the name of the compared part, and the default of a capture that of the
 * capture; the place that a value is captured from has none.
 */
function nameOf(path: Path): string {
  const [kind, ...place] = withinRequest(path);
  if (kind === 'expect') return String(place[1] ?? place[0]);
  if (kind === 'capture') return place[1] === 'default' ? String(place[0]) : '';
  const [field, ...inner] = withinHttp(path);
  if (field === 'form') return String(inner[0]);
  if (field !== 'multipart' || inner[1] !== 'value') return String(path.at(-1));
  return typeof inner[0] === 'number' ? 'secret' : String(inner[0]);
}

/** Whether a text is a template tag, which is generated for each request and not secret. */
function isTag(text: string): boolean {
  return /^#[a-z]/i.test(text);
}

function redactSecret(text: string, path: Path): string {
  if (REFERENCE.test(text)) return text;
  if (isHeader(path) || path.includes('headers')) return isHarmlessHeader(path) ? text : HIDDEN;
  const isCredential = path[0] !== 'targets' && (path.includes('auth') || path.at(-1) === 'token');
  return isCredential ? HIDDEN : redactSecretUrl(text);
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

/** Condition of a step: `#login.role == admin`. */
const CONDITION = /^(\s*#(\S+)\s+(?:[=!]=|[<>]=?|contains)\s+)(.*)$/s;

/** Parts of a condition that compares with a secret; `undefined`: it does not, by the name of its value. */
function secretCondition(text: string): { readonly before: string; readonly value: string } | undefined {
  const [, before = '', name = '', value = ''] = CONDITION.exec(text) ?? [];
  return SECRET_NAME.test(name) ? { before, value: value.trim() } : undefined;
}

/** Most secrets that are searched for in one message. */
const MOST = 1000;

/**
 * Returns the secrets that are written into the requests and documents of a workload, by the same rules as its redacted
 * copy: a database or server may repeat them in an error.
 * @param file as written: values of variables are secrets by themselves
 */
export function secretsOfWorkload(file: unknown): readonly string[] {
  const { jobs, schemas, http, targets, driver_options } = Object(file) as Readonly<Record<string, unknown>>;
  const found = new Set<string>();
  for (const [name, part] of Object.entries({ jobs, schemas, http, targets, driver_options })) {
    for (const secret of secretsIn(part, [name])) {
      // `##` in a template is a `#`.
      if (found.size < MOST && !secret.includes('${')) found.add(secret.replaceAll('##', '#'));
    }
  }
  return secretsOfValues([...found]);
}

function* secretsIn(value: unknown, path: Path): Generator<string, void> {
  if (isCommand(value, path)) yield* secretsInWords(value);
  else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value))
      yield* secretsIn(inner, path.concat(Array.isArray(value) ? Number(key) : key));
  } else if (typeof value === 'string') yield* secretsInField(value, path);
}

function secretsInField(text: string, path: Path): readonly string[] {
  if (isHeader(path)) return isHarmlessHeader(path) || isPlaceholder(text) ? [] : secretsOfHeader(text);
  const condition = isCondition(path) ? secretCondition(text) : undefined;
  if (condition !== undefined) return [condition.value, condition.value.replace(/^"(.*)"$/s, '$1')];
  if (SECRET_NAME.test(nameOf(path)) && !isPlaceholder(text)) return [text];
  return secretsInText(text);
}
