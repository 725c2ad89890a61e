import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, it } from 'vitest';

/** A server that tests run for real, by the name of its binary and what to install to have it. */
export interface ServiceBinary {
  readonly name: string;
  readonly debianPackage?: string;
  /** Our script that builds it, when no package has it. */
  readonly builtBy?: string;
  /** Where the package puts it, when that is not on PATH. */
  readonly folder?: string;
}

export const PROMETHEUS: ServiceBinary = { name: 'prometheus', debianPackage: 'prometheus' };
export const PROMTOOL: ServiceBinary = { name: 'promtool', debianPackage: 'prometheus' };
export const VICTORIA_METRICS: ServiceBinary = { name: 'victoria-metrics', debianPackage: 'victoria-metrics' };

export const PUSHGATEWAY: ServiceBinary = {
  name: 'prometheus-pushgateway',
  debianPackage: 'prometheus-pushgateway',
};

/** Full path of a binary on PATH, or else in `folder`; `undefined` when it is not installed. */
export function findBinary(name: string, folder = '/usr/sbin'): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', folder];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/**
 * A suite that needs these binaries. Where one is missing the suite is skipped and its name says why; where
 * LOADBOT_REQUIRE_SERVICES=1 says that all must be there, it fails instead.
 */
export function describeWithServices(title: string, binaries: readonly ServiceBinary[], suite: () => void): void {
  const missing = binaries.filter(({ name, folder }) => findBinary(name, folder) === undefined);
  if (missing.length === 0) {
    describe(title, suite);
    return;
  }
  const reason = missing
    .map(({ name, debianPackage, builtBy }) => {
      const advice = builtBy === undefined ? `install Debian's ${debianPackage}` : `run ${builtBy}`;
      return `no "${name}" on PATH, ${advice}`;
    })
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
