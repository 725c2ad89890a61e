import { fileURLToPath } from 'node:url';
import { LoadbotError } from '../shared/errors.ts';

/**
 * A client library as an optional peer dependency. It is not installed with the agent, because most users need only one
 * kind of target.
 */
export interface Peer {
  /** Package name in the registry. */
  readonly name: string;
  /** Supported major version. */
  readonly major: number;
  /** URL scheme of its targets: `postgres://`. */
  readonly scheme: string;
}

/** Client libraries by driver name. */
export const PEERS = {
  postgres: { name: 'pg', major: 8, scheme: 'postgres://' },
  mysql: { name: 'mysql2', major: 3, scheme: 'mysql://' },
  mongodb: { name: 'mongodb', major: 7, scheme: 'mongodb://' },
  redis: { name: 'redis', major: 6, scheme: 'redis://' },
} as const satisfies Readonly<Record<string, Peer>>;

/**
 * Rejects a driver whose client library is not installed, before threads start that would all fail to load it. Nothing
 * is loaded.
 * @param resolve resolves a package like an import, and throws when it is missing
 * @throws {LoadbotError} `config_invalid`, with the install command
 */
export function requirePeer(driver: string, resolve: (name: string) => unknown = resolveImport): void {
  const peer = new Map<string, Peer>(Object.entries(PEERS)).get(driver);
  if (peer === undefined) return;
  try {
    resolve(peer.name);
  } catch (cause) {
    // Other faults give a more exact error when the library is loaded.
    if (isMissing(cause, peer.name)) throw missing(peer, cause);
  }
}

function resolveImport(name: string): string {
  return import.meta.resolve(name);
}

/**
 * Imports a client library that is an optional peer dependency.
 * @throws {LoadbotError} `config_invalid`, with the install command, when it is missing; other errors pass unchanged
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
 * Command that installs a library where `file` can import it. Imports search the folders above the importing file, not
 * the current folder, so a global installation needs its libraries in the same prefix.
 */
export function installCommand(peer: Peer, file: string): string {
  const [, prefix] = /^(.+)\/lib\/node_modules\/loadbot-agent\//.exec(file) ?? [];
  const where = prefix === undefined ? '' : `--global --prefix ${/\s/.test(prefix) ? `'${prefix}'` : prefix} `;
  return `npm install ${where}${peer.name}@${peer.major}`;
}

/** Whether the package itself is missing, rather than a dependency of an incomplete installation. */
function isMissing(cause: unknown, name: string): boolean {
  if (!(cause instanceof Error) || !('code' in cause)) return false;
  return cause.code === 'ERR_MODULE_NOT_FOUND' && cause.message.includes(`'${name}'`);
}
