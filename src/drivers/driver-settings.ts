import { resolve } from 'node:path';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import type { TlsOptions } from '../shared/network/destination.ts';
import { readSmallText } from '../shared/read-file.ts';
import type { JsonObject } from '../templates/request-data.ts';

const TLS_FILES = ['ca', 'cert', 'key'] as const;
const TLS_FIELDS: readonly string[] = [...TLS_FILES, 'server_name', 'insecure_skip_verify'];

/** Error of a setting in `driver_options`, with its field. */
export function settingError(path: readonly string[], fault: string, hint?: string): LoadbotError {
  const field = ['driver_options', ...path];
  const message = `\`${field.join('.')}\` ${fault}`;
  return new LoadbotError('config_invalid', message, { field, ...(hint !== undefined && { hint }) });
}

/** Error of a part of a `command`, with its field. */
export function commandError(path: readonly (string | number)[], fault: string, hint?: string): LoadbotError {
  const field = ['command', ...path];
  const message = `\`${path.join('.')}\` ${fault}`;
  return new LoadbotError('config_invalid', message, { field, ...(hint !== undefined && { hint }) });
}

/** @throws {LoadbotError} for a setting that is not one of the known ones */
export function requireKnownSettings(
  settings: JsonObject,
  known: readonly string[],
  path: readonly string[] = [],
): void {
  const unknown = Object.keys(settings).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw settingError([...path, unknown], 'is not a known setting', `it may be ${known.join(', ')}`);
}

/** A setting that is text. @throws {LoadbotError} for another value, and for an empty one */
export function textSetting(settings: JsonObject, name: string): string | undefined {
  const value = settings[name];
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw settingError([name], 'must be text');
}

/** Content of the file that a setting names. @throws {LoadbotError} when it cannot be read */
export function fileSetting(settings: JsonObject, name: string, folder: string): string | undefined {
  const path = textSetting(settings, name);
  return path === undefined ? undefined : readFileOf([name], path, folder);
}

/**
 * TLS settings of `driver_options`: contents of the files that they name.
 * @param scheme of connection strings with TLS, such as `grpcs://`
 * @param more names of further settings of the driver
 * @throws {LoadbotError} for unknown fields, unreadable files, and TLS settings of a connection without TLS
 */
export function tlsSettings(
  given: Json | undefined,
  folder: string,
  scheme: string,
  isSecure: boolean,
  more: readonly string[] = [],
): TlsOptions {
  const fields = given ?? {};
  if (typeof fields !== 'object' || Array.isArray(fields)) throw settingError(['tls'], 'must be an object');
  const tls = fields as JsonObject;
  requireKnownSettings(tls, [...TLS_FIELDS, ...more], ['tls']);
  if (given !== undefined && !isSecure)
    throw settingError(['tls'], `applies to ${scheme} only`, `write ${scheme} in the URL`);
  const read = (field: (typeof TLS_FILES)[number]): string | undefined => {
    const path = tls[field];
    if (path === undefined) return undefined;
    if (typeof path !== 'string') throw settingError(['tls', field], 'must be the path of a PEM file');
    return readFileOf(['tls', field], path, folder);
  };
  const { server_name: serverName, insecure_skip_verify: skip = false } = tls;
  if (serverName !== undefined && typeof serverName !== 'string')
    throw settingError(['tls', 'server_name'], 'must be text');
  if (typeof skip !== 'boolean') throw settingError(['tls', 'insecure_skip_verify'], 'must be true or false');
  return { ca: read('ca'), cert: read('cert'), key: read('key'), serverName, insecureSkipVerify: skip };
}

function readFileOf(field: readonly string[], path: string, folder: string): string {
  try {
    return readSmallText(resolve(folder, path));
  } catch (error) {
    throw settingError(field, `cannot be read: ${messageOf(error)}`);
  }
}
