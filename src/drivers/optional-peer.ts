import { requirePackage } from '../shared/optional-package.ts';
import type { DriverEntry } from './driver-entry.ts';

/**
 * Rejects a driver whose client library is not installed, before threads start that would all fail to load it.
 * @param resolve resolves a package like an import, and throws when it is missing
 * @throws {LoadbotError} `config_invalid`, with the install command
 */
export function requirePeer(
  { peer, schemes: [scheme] }: Pick<DriverEntry, 'peer' | 'schemes'>,
  resolve?: (name: string) => unknown,
): void {
  if (peer !== undefined) requirePackage(peer, `the driver for ${scheme}//`, resolve);
}

/** Whether the client library of a driver is installed, or it needs none. Nothing is loaded. */
export function hasPeer(entry: Pick<DriverEntry, 'peer' | 'schemes'>): boolean {
  try {
    requirePeer(entry);
    return true;
  } catch {
    return false;
  }
}
