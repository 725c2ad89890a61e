import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

/** A server that tests run for real, by the name of its binary and what to install to have it. */
export interface ServiceBinary {
  readonly name: string;
  readonly debianPackage: string;
}

export const PROMETHEUS: ServiceBinary = { name: 'prometheus', debianPackage: 'prometheus' };
export const PROMTOOL: ServiceBinary = { name: 'promtool', debianPackage: 'prometheus' };
export const VICTORIA_METRICS: ServiceBinary = { name: 'victoria-metrics', debianPackage: 'victoria-metrics' };

/** Full path of a binary on PATH; `undefined` when it is not installed. */
export function findBinary(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/**
 * A suite that needs these binaries. Where one is missing the suite is skipped and its name says why; where
 * LOADBOT_REQUIRE_SERVICES=1 says that all must be there, it fails instead.
 */
export function describeWithServices(title: string, binaries: readonly ServiceBinary[], suite: () => void): void {
  const missing = binaries.filter((binary) => findBinary(binary.name) === undefined);
  if (missing.length === 0) {
    describe(title, suite);
    return;
  }
  const reason = missing
    .map((binary) => `no "${binary.name}" on PATH, install Debian's ${binary.debianPackage}`)
    .join('; ');
  if (process.env.LOADBOT_REQUIRE_SERVICES === '1') {
    describe(title, () => {
      it('has the servers it needs', () => {
        throw new Error(`${reason} (LOADBOT_REQUIRE_SERVICES=1)`);
      });
    });
    return;
  }
  describe.skip(`${title} (skipped: ${reason})`, suite);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
