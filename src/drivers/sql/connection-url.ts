import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { readWorkloadText } from '../../shared/file-access.ts';
import type { DriverOptions } from '../driver.ts';

/** Parsed connection string. Contains secrets. */
export interface ConnectionUrl {
  /** Scheme, credentials, host and database, without the query string. */
  readonly base: string;
  readonly parameters: URLSearchParams;
}

/** Parses a job's connection string. The job's `database` replaces the one in the URL. */
export function connectionUrl({ target, database }: Pick<DriverOptions, 'target' | 'database'>): ConnectionUrl {
  const text = target.secretUrl ?? target.url;
  const [, place = '', path = '', query = ''] = /^([^/]*\/\/[^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?/.exec(text) ?? [];
  const base = place + (database === undefined ? path : `/${encodeURIComponent(database)}`);
  return { base, parameters: new URLSearchParams(query) };
}

/**
 * Error of a connection string that its client library cannot parse. It contains no part of the string, because any
 * part may be a secret.
 */
export function unreadableUrl(example: string): LoadbotError {
  return new LoadbotError('config_invalid', 'the connection string is not a valid URL of a database server', {
    hint: `such as ${example}, with @ : / % in a password written as %40 %3A %2F %25`,
  });
}

/** TLS settings of a connection string. */
export interface SqlTls {
  /** `full`: certificate and host name; `chain`: the certificate alone; `none`: neither. */
  readonly verify: 'full' | 'chain' | 'none';
  /** PEM texts. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** TLS modes as PostgreSQL, MySQL and their client libraries spell them, in lower case and with dashes. */
const MODES: ReadonlyMap<string, SqlTls['verify'] | 'off'> = new Map([
  ['disable', 'off'],
  ['disabled', 'off'],
  ['false', 'off'],
  ['0', 'off'],
  ['require', 'full'],
  ['required', 'full'],
  ['true', 'full'],
  ['1', 'full'],
  ['verify-full', 'full'],
  ['verify-identity', 'full'],
  ['verify-ca', 'chain'],
  ['no-verify', 'none'],
]);

/**
 * Removes the TLS parameters from a connection string's parameters and returns their settings.
 * @returns `undefined` without TLS, which is also the default
 * @throws {LoadbotError} for a mode that does not determine whether the connection is encrypted, and for unreadable
 * files
 */
export function takeTls(parameters: URLSearchParams): SqlTls | undefined {
  const [modeName, mode] = take(parameters, ['sslmode', 'ssl-mode', 'ssl']);
  const ca = readPem(take(parameters, ['sslrootcert', 'ssl-ca']));
  const cert = readPem(take(parameters, ['sslcert', 'ssl-cert']));
  const key = readPem(take(parameters, ['sslkey', 'ssl-key']));
  const verify = mode === undefined ? 'off' : MODES.get(mode.toLowerCase().replaceAll('_', '-'));
  if (verify === undefined) {
    throw new LoadbotError('config_invalid', `\`${modeName}=${mode}\` in the connection string is not a TLS mode`, {
      hint: 'use disable, require (verified), verify-ca (any host name) or no-verify',
    });
  }
  return verify === 'off' ? undefined : { verify, ca, cert, key };
}

function take(parameters: URLSearchParams, names: readonly string[]): [name: string, value: string | undefined] {
  let found: [string, string | undefined] = ['', undefined];
  for (const name of names) {
    const value = parameters.get(name);
    parameters.delete(name);
    if (value !== null && found[1] === undefined) found = [name, value];
  }
  return found;
}

function readPem([name, path]: [name: string, path: string | undefined]): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readWorkloadText(path);
  } catch (cause) {
    throw new LoadbotError('config_invalid', `cannot read the file of \`${name}\`: ${messageOf(cause)}`, { cause });
  }
}
