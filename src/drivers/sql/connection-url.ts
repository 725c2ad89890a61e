import { LoadbotError } from '../../core/errors.ts';
import type { DriverOptions } from '../driver.ts';

/** A connection string in parts. Holds secrets. */
export interface ConnectionUrl {
  /** Scheme, credentials, host and database, without what comes after `?`. */
  readonly base: string;
  readonly parameters: URLSearchParams;
}

/** Takes a job's connection string apart; the job's `database` replaces the one that it names. */
export function connectionUrl({ target, database }: Pick<DriverOptions, 'target' | 'database'>): ConnectionUrl {
  const text = target.secretUrl ?? target.url;
  const [, place = '', path = '', query = ''] = /^([^/]*\/\/[^/?#]*)(\/[^?#]*)?(?:\?([^#]*))?/.exec(text) ?? [];
  const base = place + (database === undefined ? path : `/${encodeURIComponent(database)}`);
  return { base, parameters: new URLSearchParams(query) };
}

/** The error of a connection string that its client library cannot read. Names no part of it: any may be a secret. */
export function unreadableUrl(example: string): LoadbotError {
  return new LoadbotError('config_invalid', 'the connection string is no URL of a database server', {
    hint: `such as ${example}, with @ : / % in a password written as %40 %3A %2F %25`,
  });
}
