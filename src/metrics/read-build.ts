import { readFileSync } from 'node:fs';
import { packageFile } from '../shared/package-files.ts';
import type { Build } from './agent-families.ts';

/** The version of the package that this file belongs to. */
export function packageVersion(): string {
  return field(readJson('package.json'), 'version');
}

/** Version, commit and time of this build; the last two are empty where the build did not record them. */
export function readBuild(): Build {
  const recorded = readJson('dist/build.json');
  return { version: packageVersion(), commit: field(recorded, 'commit'), builtAt: field(recorded, 'built_at') };
}

/** A file of the package as JSON; `undefined` where it does not exist. */
function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(packageFile(path), 'utf8'));
  } catch {
    return undefined;
  }
}

function field(value: unknown, name: string): string {
  const known =
    typeof value === 'object' && value !== null ? new Map<string, unknown>(Object.entries(value)).get(name) : '';
  return typeof known === 'string' ? known : '';
}
