import { resolve } from 'node:path';
import { LoadbotError, messageOf } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import type { TlsOptions } from '../shared/network/destination.ts';
import { readWorkloadText } from '../shared/file-access.ts';
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

/** Receives a fault of a setting. @param path from `driver_options` */
export type ReportSetting = (path: readonly string[], fault: string, hint?: string) => void;

const throwSetting: ReportSetting = (path, fault, hint) => {
  throw settingError(path, fault, hint);
};

/** Reports the settings that are not known. @throws {LoadbotError} for the first one, without another `report` */
export function requireKnownSettings(
  settings: JsonObject,
  known: readonly string[],
  path: readonly string[] = [],
  report: ReportSetting = throwSetting,
): void {
  const unknown = Object.keys(settings).filter((name) => !known.includes(name));
  for (const name of unknown) report([...path, name], 'is not a known setting', `it may be ${known.join(', ')}`);
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
 * @param report receives unknown fields, unreadable files, and TLS settings of a connection without TLS
 * @throws {LoadbotError} for the first fault, without another `report`
 */
export function tlsSettings(
  given: Json | undefined,
  folder: string,
  scheme: string,
  isSecure: boolean,
  more: readonly string[] = [],
  report: ReportSetting = throwSetting,
): TlsOptions {
  const fields = given ?? {};
  const isObject = typeof fields === 'object' && !Array.isArray(fields);
  if (!isObject) report(['tls'], 'must be an object');
  const tls = isObject ? (fields as JsonObject) : {};
  requireKnownSettings(tls, [...TLS_FIELDS, ...more], ['tls'], report);
  if (given !== undefined && !isSecure) report(['tls'], `applies to ${scheme} only`, `write ${scheme} in the URL`);
  const read = (field: (typeof TLS_FILES)[number]): string | undefined => {
    const path = tls[field];
    if (typeof path === 'string') return readFileOf(['tls', field], path, folder, report);
    if (path !== undefined) report(['tls', field], 'must be the path of a PEM file');
    return undefined;
  };
  const { server_name: serverName, insecure_skip_verify: skip = false } = tls;
  const isName = serverName === undefined || typeof serverName === 'string';
  if (!isName) report(['tls', 'server_name'], 'must be text');
  if (typeof skip !== 'boolean') report(['tls', 'insecure_skip_verify'], 'must be true or false');
  return {
    ca: read('ca'),
    cert: read('cert'),
    key: read('key'),
    serverName: isName ? serverName : undefined,
    insecureSkipVerify: skip === true,
  };
}

function readFileOf(
  field: readonly string[],
  path: string,
  folder: string,
  report: ReportSetting = throwSetting,
): string | undefined {
  try {
    return readWorkloadText(resolve(folder, path));
  } catch (error) {
    report(field, `cannot be read: ${messageOf(error)}`);
    return undefined;
  }
}
