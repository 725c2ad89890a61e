import { fileURLToPath } from 'node:url';
import { LoadbotError } from '../shared/errors.ts';
import type { DriverEntry, Peer } from './driver.ts';

/**
 * Rejects a driver whose client library is not installed, before threads start that would all fail to load it. Nothing
 * is loaded.
 * @param resolve resolves a package like an import, and throws when it is missing
 * @throws {LoadbotError} `config_invalid`, with the install command
 */
export function requirePeer(
  { peer, schemes: [scheme] }: Pick<DriverEntry, 'peer' | 'schemes'>,
  resolve: (name: string) => unknown = resolveImport,
): void {
  if (peer === undefined) return;
  try {
    resolve(peer.name);
  } catch (cause) {
    // Other faults give a more exact error when the library is loaded.
    if (!isMissing(cause, peer.name)) return;
    throw new LoadbotError('config_invalid', `the driver for ${scheme}// needs the package ${peer.name}`, {
      hint: installCommand(peer, fileURLToPath(import.meta.url)),
      cause,
    });
  }
}

function resolveImport(name: string): string {
  return import.meta.resolve(name);
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
