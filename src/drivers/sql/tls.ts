import { LoadbotError, messageOf } from '../../core/errors.ts';
import { readSmallText } from '../../core/read-regular-file.ts';

/** How a connection string wants TLS. */
export interface SqlTls {
  /** `full`: certificate and host name; `chain`: the certificate alone; `none`: neither. */
  readonly verify: 'full' | 'chain' | 'none';
  /** PEM texts. */
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** Modes as PostgreSQL, MySQL and their client libraries spell them, in small letters and with dashes. */
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
 * Takes what concerns TLS out of a connection string's parameters.
 * @returns `undefined` without TLS, which is also what no word about it means
 * @throws {LoadbotError} for a mode that leaves it open whether the connection is encrypted, and for files that cannot be read
 */
export function takeTls(parameters: URLSearchParams): SqlTls | undefined {
  const [modeName, mode] = take(parameters, ['sslmode', 'ssl-mode', 'ssl']);
  const ca = readPem(take(parameters, ['sslrootcert', 'ssl-ca']));
  const cert = readPem(take(parameters, ['sslcert', 'ssl-cert']));
  const key = readPem(take(parameters, ['sslkey', 'ssl-key']));
  const verify = mode === undefined ? 'off' : MODES.get(mode.toLowerCase().replaceAll('_', '-'));
  if (verify === undefined) {
    throw new LoadbotError('config_invalid', `\`${modeName}=${mode}\` in the connection string is no TLS mode`, {
      hint: 'disable, require (verified), verify-ca (any host name) or no-verify',
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
    return readSmallText(path);
  } catch (cause) {
    throw new LoadbotError('config_invalid', `cannot read the file of \`${name}\`: ${messageOf(cause)}`, { cause });
  }
}
