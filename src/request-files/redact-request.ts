import { findBeyondJsonBounds } from '../shared/json.ts';
import { WORKLOAD_LIMITS } from '../shared/bounds.ts';
import { isSecretParameter, replaceSecrets, SECRET_NAME } from '../shared/secret-text.ts';
import { decodeUserinfo } from '../shared/network/userinfo.ts';
import type { Header, ImportedRequest } from './imported-request.ts';
import { splitUrl } from './split-url.ts';
import { mapLiteral } from './template-text.ts';

/** Replaces secrets of requests. Texts that contain a template already are returned unchanged. */
export interface SecretReplacer {
  /**
   * Replaces a secret.
   * @param name of its place, such as that of the header
   * @param origin phrase about its place
   */
  replace(value: string, name: string, origin: string): string;
  /** Replaces a secret whose value may differ from request to request. */
  replaceAll(value: string, name: string, origin: string): string;
}

/** Replaces the secrets of a request: in the URL, the headers and the body, by their names. */
export function redactRequest(request: ImportedRequest, secrets: SecretReplacer): ImportedRequest {
  return {
    ...request,
    url: redactUrl(request.url, secrets),
    headers: request.headers.map((header) => redactHeader(header, secrets)),
    ...(request.body !== undefined && { body: redactBody(request.body, secrets) }),
  };
}

function redactUrl(url: string, secrets: SecretReplacer): string {
  const { origin, path } = splitUrl(url);
  return redactUserinfo(origin, secrets) + redactPath(path, secrets);
}

/** Credentials in a URL, percent-encoded as they are. */
function redactUserinfo(origin: string, secrets: SecretReplacer): string {
  const scheme = origin.indexOf('//') + 2;
  const at = origin.lastIndexOf('@');
  if (at < scheme) return origin;
  const [user = '', ...password] = origin.slice(scheme, at).split(':');
  const parts = [secrets.replace(user, 'TARGET_USER', 'the user name of the URL')];
  if (password.length > 0) {
    parts.push(secrets.replace(password.join(':'), 'TARGET_PASSWORD', 'the password of the URL, percent-encoded'));
  }
  return origin.slice(0, scheme) + parts.join(':') + origin.slice(at);
}

function redactPath(path: string, secrets: SecretReplacer): string {
  const query = path.indexOf('?');
  if (query === -1) return path;
  return path.slice(0, query + 1) + redactParameters(path.slice(query + 1), secrets, 'of the query');
}

/** Secrets among `name=value&name=value`. */
function redactParameters(text: string, secrets: SecretReplacer, place: string): string {
  return text
    .split('&')
    .map((part) => {
      const [name = '', ...value] = part.split('=');
      const plain = decodeUserinfo(name);
      if (value.length === 0 || !isSecretParameter(plain)) return part;
      return `${name}=${secrets.replace(value.join('='), plain, `the parameter ${plain} ${place}, percent-encoded`)}`;
    })
    .join('&');
}

/** The scheme of an `authorization` header, which is not secret. */
const SCHEME = /^(bearer|basic|token|digest|negotiate|apikey)\s+(?=\S)/i;

/** Replaces the secrets of a header's value. */
function redactHeader([name, value]: Header, secrets: SecretReplacer): Header {
  const origin = `the header ${name.toLowerCase()}`;
  // A recording has many values of one session.
  if (/^cookie$/i.test(name)) return [name, secrets.replaceAll(value, 'COOKIE', origin)];
  if (SECRET_NAME.test(name) || /^x-(?:auth|session|csrf|xsrf)/i.test(name)) {
    const scheme = SCHEME.exec(value)?.[0] ?? '';
    return [name, scheme + secrets.replace(value.slice(scheme.length), name, origin)];
  }
  return [name, redactText(value, secrets, origin)];
}

/** Replaces the secrets of a body: by the names of JSON fields and form parameters, or else of words in the text. */
function redactBody(body: string, secrets: SecretReplacer): string {
  if (/^\s*[[{]/.test(body) && isBounded(body)) {
    const redacted = redactFields(body, secrets);
    try {
      const json: unknown = JSON.parse(redacted);
      const value = redactJson(json, secrets, '');
      return value === json ? redacted : JSON.stringify(value);
    } catch {
      // Not JSON.
    }
  }
  if (/^[^\s=&]{1,200}=[^\s]*$/.test(body)) return redactParameters(body, secrets, 'of the form');
  return redactText(body, secrets, 'the body');
}

/** Replaces the values of secret fields in JSON text, and keeps all white space. */
function redactFields(json: string, secrets: SecretReplacer): string {
  return json.replaceAll(/"([^"\\]*)"(\s*:\s*)"([^"\\]*)"/g, (field, name: string, colon: string, value: string) =>
    SECRET_NAME.test(name)
      ? `"${name}"${colon}"${secrets.replace(value, name, `the field ${name} of the body`)}"`
      : field,
  );
}

function isBounded(text: string): boolean {
  const { levels, resultContainers: containers, resultFields: fields } = WORKLOAD_LIMITS;
  return findBeyondJsonBounds(text, { levels, containers, fields }) === undefined;
}

/** A copy with variables; the value itself if it contains no secrets. */
function redactJson(value: unknown, secrets: SecretReplacer, name: string): unknown {
  if (typeof value !== 'object' || value === null) {
    const isSecret = SECRET_NAME.test(name) && (typeof value === 'string' || typeof value === 'number');
    return isSecret ? secrets.replace(String(value), name, `the field ${name} of the body`) : value;
  }
  // A list of tokens has the name of its field.
  const isList = Array.isArray(value);
  const entries = Object.entries(value).map(([key, item]): readonly [string, unknown, unknown] => [
    key,
    item,
    redactJson(item, secrets, isList ? name : key),
  ]);
  if (entries.every(([, before, after]) => before === after)) return value;
  return isList
    ? entries.map(([, , after]) => after)
    : Object.fromEntries(entries.map(([key, , after]) => [key, after]));
}

function redactText(text: string, secrets: SecretReplacer, origin: string): string {
  return mapLiteral(text, (literal) => replaceSecrets(literal, (secret) => secrets.replace(secret, 'SECRET', origin)));
}
