import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { LoadbotError } from './errors.ts';

/**
 * A library as an optional peer dependency. It is not installed with the agent, because most users need none or one of
 * them.
 */
export interface OptionalPackage {
  /** Package name in the registry. */
  readonly name: string;
  /** Supported major version. */
  readonly major: number;
}

/**
 * Rejects a feature whose library is not installed, before anything is started that would fail to load it. Nothing is
 * loaded.
 * @param user the feature, for the message: `the driver for redis://`
 * @param resolve resolves a package like an import, and throws when it is missing
 * @throws {LoadbotError} `config_invalid`, with the install command
 */
export function requirePackage(
  wanted: OptionalPackage,
  user: string,
  resolve: (name: string) => unknown = resolvePackage,
): void {
  const cause = findMissing(wanted, resolve);
  if (cause === undefined) return;
  throw new LoadbotError('config_invalid', `${user} needs the package ${wanted.name}`, {
    hint: installCommand(wanted, fileURLToPath(import.meta.url)),
    cause,
  });
}

/** Whether a library is installed. */
export function isInstalled(wanted: OptionalPackage): boolean {
  return findMissing(wanted, resolvePackage) === undefined;
}

/** Returns the error of a package that is not installed. */
function findMissing({ name }: OptionalPackage, resolve: (name: string) => unknown): Error | undefined {
  try {
    resolve(name);
  } catch (cause) {
    // Other faults give a more exact error when the library is loaded.
    if (cause instanceof Error && isMissing(cause, name)) return cause;
  }
  return undefined;
}

function resolvePackage(name: string): string {
  return createRequire(import.meta.url).resolve(name);
}

/**
 * Command that installs a library where `file` can import it. Imports search the folders above the importing file, not
 * the current folder, so a global installation needs its libraries in the same prefix.
 */
export function installCommand({ name, major }: OptionalPackage, file: string): string {
  const [, prefix] = /^(.+)\/lib\/node_modules\/loadbot-agent\//.exec(file) ?? [];
  const where = prefix === undefined ? '' : `--global --prefix ${/\s/.test(prefix) ? `'${prefix}'` : prefix} `;
  return `npm install ${where}${name}@${major}`;
}

/** Whether the package itself is missing, rather than a dependency of an incomplete installation. */
function isMissing(cause: Error, name: string): boolean {
  return 'code' in cause && cause.code === 'MODULE_NOT_FOUND' && cause.message.includes(`'${name}'`);
}
