import { resolve } from 'node:path';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import type { TlsOptions } from '../../shared/network/destination.ts';
import { readSmallText } from '../../shared/read-file.ts';
import type { DriverOptions } from '../driver.ts';
import { type Endpoint, resolveEndpoint } from '../http/endpoint.ts';

/** Settings of a job. */
export interface GrpcSettings {
  /** Absolute paths of files with services; empty: by reflection. */
  readonly protoFiles: readonly string[];
  /** Absolute paths of folders of imported files. */
  readonly folders: readonly string[];
  readonly endpoint: Endpoint;
  /** Value of `:authority`. */
  readonly authority: string;
  readonly scheme: 'http' | 'https';
}

const TLS_FILES = ['ca', 'cert', 'key'] as const;
const TLS_FIELDS: readonly string[] = [...TLS_FILES, 'server_name', 'insecure_skip_verify'];
const FIELDS: readonly string[] = ['proto', 'import_paths', 'reflection', 'tls'];

/**
 * Parses `driver_options` and the connection string of a job.
 * @throws {LoadbotError} for unknown or invalid settings and unreadable files
 */
export function grpcSettings(options: DriverOptions): GrpcSettings {
  const { driverOptions, folder, target } = options;
  requireKnown(driverOptions, FIELDS, []);
  const texts = (field: string): readonly string[] => {
    const value = driverOptions[field] ?? [];
    const list = Array.isArray(value) ? value : [value];
    if (list.every((one): one is string => typeof one === 'string' && one !== '')) return list;
    throw invalid([field], `must be a path or a list of paths`);
  };
  const protoFiles = texts('proto').map((path) => resolve(folder, path));
  const { reflection } = driverOptions;
  if (reflection !== undefined && typeof reflection !== 'boolean')
    throw invalid(['reflection'], 'must be true or false');
  if (protoFiles.length > 0 === (reflection === true)) {
    const hint = 'such as "driver_options": { "proto": "service.proto" }, or { "reflection": true }';
    throw invalid([], 'must have either `proto` or `reflection: true`, to know the services', hint);
  }
  const url = parseUrl(target.secretUrl ?? target.url);
  const isSecure = url.protocol === 'grpcs:';
  const tls = tlsOptions(driverOptions['tls'], folder, isSecure);
  const scheme = isSecure ? 'https' : 'http';
  const port = url.port || (isSecure ? '443' : '80');
  const http = { ...options.http, version: 2, tls, proxy: undefined, unixSocket: undefined, connectTo: {} } as const;
  return {
    protoFiles,
    folders: texts('import_paths').map((path) => resolve(folder, path)),
    endpoint: endpointOf({ ...options, http, target: { ...target, url: `${scheme}://${url.hostname}:${port}` } }),
    authority: `${url.hostname}:${port}`,
    scheme,
  };
}

/** @throws {LoadbotError} without any part of the text, because any part may be a secret */
function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBare = url !== undefined && url.username === '' && url.search === '' && /^\/?$/.test(url.pathname);
  if (isBare && url.hostname !== '') return url;
  throw new LoadbotError('config_invalid', 'the connection string is not the address of a gRPC server', {
    hint: 'such as grpc://127.0.0.1:50051; credentials belong into `metadata` of the command',
  });
}

function endpointOf(options: DriverOptions): Endpoint {
  try {
    return resolveEndpoint(options);
  } catch (error) {
    if (!(error instanceof LoadbotError) || error.field === undefined) throw error;
    throw new LoadbotError(error.code, error.message, { ...optional(error.hint), field: ['driver_options', 'tls'] });
  }
}

/** @throws {LoadbotError} for unknown fields, unreadable files, and TLS settings of a connection without TLS */
function tlsOptions(given: Json | undefined, folder: string, isSecure: boolean): TlsOptions {
  const fields = given ?? {};
  if (typeof fields !== 'object' || Array.isArray(fields)) throw invalid(['tls'], 'must be an object');
  const tls = fields as { readonly [name: string]: Json };
  requireKnown(tls, TLS_FIELDS, ['tls']);
  if (given !== undefined && !isSecure) throw invalid(['tls'], 'applies to grpcs:// only', 'write grpcs:// in the URL');
  const read = (field: (typeof TLS_FILES)[number]): string | undefined => {
    const path = tls[field];
    if (path === undefined) return undefined;
    if (typeof path !== 'string') throw invalid(['tls', field], 'must be the path of a PEM file');
    try {
      return readSmallText(resolve(folder, path));
    } catch (error) {
      throw invalid(['tls', field], `cannot be read: ${messageOf(error)}`);
    }
  };
  const { server_name: serverName, insecure_skip_verify: skip = false } = tls;
  if (serverName !== undefined && typeof serverName !== 'string') throw invalid(['tls', 'server_name'], 'must be text');
  if (typeof skip !== 'boolean') throw invalid(['tls', 'insecure_skip_verify'], 'must be true or false');
  return { ca: read('ca'), cert: read('cert'), key: read('key'), serverName, insecureSkipVerify: skip };
}

function requireKnown(
  fields: { readonly [name: string]: Json },
  known: readonly string[],
  path: readonly string[],
): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw invalid([...path, unknown], 'is not a known setting', `it may be ${known.join(', ')}`);
}

function invalid(path: readonly string[], fault: string, hint?: string): LoadbotError {
  const name = ['driver_options', ...path].join('.');
  return new LoadbotError('config_invalid', `\`${name}\` ${fault}`, {
    ...optional(hint),
    field: ['driver_options', ...path],
  });
}

function optional(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}
