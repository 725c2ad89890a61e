import { LoadbotError } from '../../shared/errors.ts';
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
