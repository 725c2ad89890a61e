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
  if (SECRET_NAME.test(name) && !isTag(text) && !REFERENCE.test(text)) return HIDDEN;
  return redactSecrets(text);
}

/**
 * Name of the value at a path. A `value` in a multipart body has the name of its part, which is unknown in a list: it
 * counts as a secret.
 */
function nameOf(path: Path): string {
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

const HTTP_SECRETS: ReadonlySet<unknown> = new Set(['headers', 'auth', 'proxy']);
const GRAFANA_SECRETS: ReadonlySet<unknown> = new Set(['url', 'token', 'proxy']);
const URL_SECRETS: ReadonlySet<unknown> = new Set(['url', ...HTTP_SECRETS]);

/** Whether a field may hold credentials. Values of such fields are never shown. */
export function mayHoldSecret(path: Path): boolean {
  if (path[0] === 'connection_string' || path[0] === 'targets') return true;
  if (path[0] === 'agent') {
    if (path[1] === 'grafana') return GRAFANA_SECRETS.has(path[2]);
    return path[1] === 'metrics_export_url' || (path[1] === 'metrics_export_targets' && URL_SECRETS.has(path[3]));
  }
  if (path[0] === 'thresholds') return path[2] === 'prometheus';
  if (path[0] === 'sources') return URL_SECRETS.has(path[2]);
  return HTTP_SECRETS.has(withinHttp(path)[0]);
}

/** Whether a field is the value of a header, which may be a template. */
function isHeader(path: Path): boolean {
  return withinHttp(path)[0] === 'headers';
}

/** Headers whose values are worth reading and are not secret. */
const HARMLESS = /^(?:accept(?:-.*)?|cache-control|connection|content-(?:type|encoding|language)|user-agent)$/i;

/** Whether a field that is a header is shown with its value. */
function isHarmlessHeader(path: Path): boolean {
  return HARMLESS.test(String(path.at(-1)));
}

/** Whether a value is a Redis command given as words. */
function isCommand(value: unknown, path: Path): value is readonly string[] {
  return (
    path.at(-1) === 'command' &&
    path[0] === 'jobs' &&
    Array.isArray(value) &&
    value.every((word) => typeof word === 'string')
  );
}

const REQUEST_TEMPLATES: ReadonlySet<unknown> = new Set(['filter', 'sql', 'command', 'variables', 'for_each']);
const HTTP_TEMPLATES: ReadonlySet<unknown> = new Set(['path', 'headers', 'body', 'form', 'multipart']);

/** Whether a field is the path of a file in a multipart body. */
export function isPartFile(path: Path): boolean {
  return path.at(-1) === 'file' && withinHttp(path)[0] === 'multipart';
}

/** Whether a field may contain template tags. */
export function isTemplateField(path: Path): boolean {
  if (path[0] === 'schemas') return path[2] === 'schema' || path[2] === 'template';
  const [field, inner] = withinRequest(path);
  if (isPartFile(path)) return false;
  return REQUEST_TEMPLATES.has(field) || (field === 'http' && HTTP_TEMPLATES.has(inner));
}

/** Path relative to the `http` of the workload, a job or an operation; empty for other paths. */
function withinHttp(path: Path): Path {
  const rest = withinRequest(path);
  return rest[0] === 'http' ? rest.slice(1) : [];
}

/** Lists of jobs, operations and steps. */
const REQUEST_LISTS: ReadonlySet<unknown> = new Set([
  'jobs',
  'parallel',
  'mixed',
  'before',
  'steps',
  'after',
  'one_of',
]);

/** Path relative to a job, an operation or a step; other paths are returned unchanged. */
function withinRequest(path: Path): Path {
  let rest = path;
  while (REQUEST_LISTS.has(rest[0]) && typeof rest[1] === 'number') rest = rest.slice(2);
  return rest;
}

/** Most secrets that are searched for in one message. */
const MOST = 1000;

/**
 * Returns the secrets that are written into the requests and documents of a workload, by the same rules as its redacted
 * copy: a database or server may repeat them in an error.
 * @param file as written: values of variables are secrets by themselves
 */
export function secretsOfWorkload(file: unknown): readonly string[] {
  const { jobs, schemas, http, targets } = Object(file) as Readonly<Record<string, unknown>>;
  const found = new Set<string>();
  for (const [name, part] of Object.entries({ jobs, schemas, http, targets })) {
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
  if (SECRET_NAME.test(nameOf(path)) && !isPlaceholder(text)) return [text];
  return secretsInText(text);
}
