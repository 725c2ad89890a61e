import type { ConnectionOptions } from 'node:tls';
import { LoadbotError, messageOf } from '../../core/errors.ts';
import { readSmallText } from '../../core/read-regular-file.ts';

/** Options of a `rediss://` URL that name a PEM file, by the names that redis-py has for them. */
const FILES: ReadonlyMap<string, 'ca' | 'cert' | 'key'> = new Map([
  ['ssl_ca_certs', 'ca'],
  ['ssl_certfile', 'cert'],
  ['ssl_keyfile', 'key'],
]);
/** How the server's certificate is checked: `required`, or `none`. */
const CHECK = 'ssl_cert_reqs';

/**
 * How a connection to a TLS server is made; verified unless the options say otherwise.
 * @param options what comes after `?` in the connection string
 * @throws {LoadbotError} for options that are not known, and for files that cannot be read
 */
export function tlsOptions(options: URLSearchParams): ConnectionOptions {
  const tls: ConnectionOptions = { rejectUnauthorized: true };
  for (const [name, value] of options) {
    const file = FILES.get(name);
    if (file !== undefined) tls[file] = read(name, value);
    else if (name === CHECK && (value === 'none' || value === 'required'))
      tls.rejectUnauthorized = value === 'required';
    else throw unusable(name);
  }
  return tls;
}

/** @throws {LoadbotError} for any option: without TLS there is none */
export function refuseOptions(options: URLSearchParams): void {
  for (const name of options.keys()) throw unusable(name);
}

function unusable(name: string): LoadbotError {
  return new LoadbotError(
    'config_invalid',
    `the option \`${name}\` of the connection string is not known or has no such value`,
    {
      hint: `rediss:// has ${[...FILES.keys()].join(', ')}, each the path of a PEM file, and ${CHECK}, which is required or none`,
    },
  );
}

function read(name: string, path: string): string {
  try {
    return readSmallText(path);
  } catch (error) {
    throw new LoadbotError(
      'config_invalid',
      `the file of \`${name}\` in the connection string cannot be read: ${messageOf(error)}`,
    );
  }
}
