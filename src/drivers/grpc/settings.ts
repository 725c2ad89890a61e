import { resolve } from 'node:path';
import { LoadbotError } from '../../shared/errors.ts';
import type { DriverOptions } from '../driver.ts';
import { requireKnownSettings, settingError, tlsSettings } from '../driver-settings.ts';
import { resolveDirectEndpoint } from '../http/direct-endpoint.ts';
import type { Endpoint } from '../http/endpoint.ts';

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

const FIELDS: readonly string[] = ['proto', 'import_paths', 'reflection', 'tls'];

/**
 * Parses `driver_options` and the connection string of a job.
 * @throws {LoadbotError} for unknown or invalid settings and unreadable files
 */
export function grpcSettings(options: DriverOptions): GrpcSettings {
  const { driverOptions, folder, target } = options;
  requireKnownSettings(driverOptions, FIELDS);
  const texts = (field: string): readonly string[] => {
    const value = driverOptions[field] ?? [];
    const list = Array.isArray(value) ? value : [value];
    if (list.every((one): one is string => typeof one === 'string' && one !== '')) return list;
    throw settingError([field], `must be a path or a list of paths`);
  };
  const protoFiles = texts('proto').map((path) => resolve(folder, path));
  const { reflection } = driverOptions;
  if (reflection !== undefined && typeof reflection !== 'boolean')
    throw settingError(['reflection'], 'must be true or false');
  if (protoFiles.length > 0 === (reflection === true)) {
    const hint = 'such as "driver_options": { "proto": "service.proto" }, or { "reflection": true }';
    throw settingError([], 'must have either `proto` or `reflection: true`, to know the services', hint);
  }
  const url = parseUrl(target.secretUrl ?? target.url);
  const isSecure = url.protocol === 'grpcs:';
  const tls = tlsSettings(driverOptions['tls'], folder, 'grpcs://', isSecure);
  const scheme = isSecure ? 'https' : 'http';
  const port = url.port || (isSecure ? '443' : '80');
  return {
    protoFiles,
    folders: texts('import_paths').map((path) => resolve(folder, path)),
    endpoint: resolveDirectEndpoint(options, `${scheme}://${url.hostname}:${port}`, 2, tls),
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
