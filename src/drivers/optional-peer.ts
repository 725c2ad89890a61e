import { fileURLToPath } from 'node:url';
import { LoadbotError } from '../core/errors.ts';

/** A client library that is not installed with us, because most people drive only one kind of target. */
export interface Peer {
  /** Its name in the registry. */
  readonly name: string;
  /** The major version that we speak to. */
  readonly major: number;
  /** Whom it serves, as people write it: `postgres://`. */
  readonly scheme: string;
}

/** Those that there are, by the driver that imports them. */
export const PEERS = {
  postgres: { name: 'pg', major: 8, scheme: 'postgres://' },
  mysql: { name: 'mysql2', major: 3, scheme: 'mysql://' },
  mongodb: { name: 'mongodb', major: 7, scheme: 'mongodb://' },
  redis: { name: 'redis', major: 6, scheme: 'redis://' },
} as const satisfies Readonly<Record<string, Peer>>;

/**
 * Refuses a driver whose client library is not installed, before threads are started that would all fail to load it.
 * Nothing is loaded.
 * @param resolve finds a package as an import does, and throws when there is none
 * @throws {LoadbotError} `config_invalid`, with the command that installs it
 */
export function requirePeer(driver: string, resolve: (name: string) => unknown = resolveImport): void {
  const peer = new Map<string, Peer>(Object.entries(PEERS)).get(driver);
  if (peer === undefined) return;
  try {
    resolve(peer.name);
  } catch (cause) {
    // Whatever else is wrong with it, loading it tells more exactly.
    if (isMissing(cause, peer.name)) throw missing(peer, cause);
  }
}

function resolveImport(name: string): string {
  return import.meta.resolve(name);
}

/**
 * Imports a client library that is an optional peer.
 * @throws {LoadbotError} `config_invalid`, with the command that installs it, when it is not there; other failures as they are
 */
export async function loadPeer<T>(peer: Peer, importIt: () => Promise<T>): Promise<T> {
  try {
    return await importIt();
  } catch (cause) {
    if (!isMissing(cause, peer.name)) throw cause;
    throw missing(peer, cause);
  }
}

function missing(peer: Peer, cause: unknown): LoadbotError {
  return new LoadbotError('config_invalid', `the driver for ${peer.scheme} needs the package ${peer.name}`, {
    hint: installCommand(peer, fileURLToPath(import.meta.url)),
    cause,
  });
}

/**
 * The command that installs a library where a file of ours finds it: imports look in the folders above the file, not in the
 * one that the user is in, so what is installed for all users needs its libraries there too.
 */
export function installCommand(peer: Peer, file: string): string {
  const [, prefix] = /^(.+)\/lib\/node_modules\/loadbot-agent\//.exec(file) ?? [];
  const where = prefix === undefined ? '' : `--global --prefix ${/\s/.test(prefix) ? `'${prefix}'` : prefix} `;
  return `npm install ${where}${peer.name}@${peer.major}`;
}

/** Whether the package itself is missing, and not one that a half-installed package asks for. */
function isMissing(cause: unknown, name: string): boolean {
  if (!(cause instanceof Error) || !('code' in cause)) return false;
  return cause.code === 'ERR_MODULE_NOT_FOUND' && cause.message.includes(`'${name}'`);
}
