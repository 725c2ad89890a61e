import type { ConnectionOptions } from 'node:tls';
import { LoadbotError, messageOf } from '../../shared/errors.ts';
import { readSmallText } from '../../shared/read-file.ts';

/** Options of a `rediss://` URL that name a PEM file, with the names of redis-py. */
const FILES: ReadonlyMap<string, 'ca' | 'cert' | 'key'> = new Map([
  ['ssl_ca_certs', 'ca'],
  ['ssl_certfile', 'cert'],
  ['ssl_keyfile', 'key'],
]);
/** Verification of the server's certificate: `required` or `none`. */
const CHECK = 'ssl_cert_reqs';

/**
 * Derives the TLS options; the certificate is verified unless the options disable it.
 * @param options query parameters of the connection string
 * @throws {LoadbotError} for unknown options and unreadable files
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

/** @throws {LoadbotError} for any option: without TLS, none is supported */
export function refuseOptions(options: URLSearchParams): void {
  for (const name of options.keys()) throw unusable(name);
}

function unusable(name: string): LoadbotError {
  return new LoadbotError(
    'config_invalid',
    `the option \`${name}\` of the connection string is unknown or has an invalid value`,
    {
      hint: `rediss:// supports ${[...FILES.keys()].join(', ')} (paths of PEM files) and ${CHECK} (required or none)`,
    },
  );
}

function read(name: string, path: string): string {
  try {
    return readSmallText(path);
  } catch (error) {
    throw new LoadbotError(
      'config_invalid',
      `cannot read the file of \`${name}\` in the connection string: ${messageOf(error)}`,
    );
  }
}
