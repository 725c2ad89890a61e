import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Conditions of `exports` in a package.json under which a module is imported. */
const CONDITIONS: ReadonlySet<string> = new Set(['node', 'import', 'default']);

/**
 * Finds a module, without loading it: a file, if the name begins with `./`, `../` or `/`, else a package in the
 * `node_modules` of a folder or of one above it. Node resolves packages from the importing file only, which is that of
 * the agent.
 * @param folders base of the name, in order; a file is searched in the first one only
 * @returns its URL; `undefined`: it does not exist
 */
export function findModule(name: string, folders: readonly string[]): string | undefined {
  if (/^\.{0,2}\//.test(name)) {
    const path = resolve(folders[0] ?? '.', name);
    return existsSync(path) ? pathToFileURL(path).href : undefined;
  }
  for (const folder of folders) {
    const root = findPackage(name, folder);
    if (root !== undefined) return pathToFileURL(entryOf(root)).href;
  }
  return undefined;
}

/** Folder of a package that is installed for files in a folder. */
function findPackage(name: string, folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const root = join(at, 'node_modules', name);
    if (existsSync(join(root, 'package.json'))) return root;
    if (at === dirname(at)) return undefined;
  }
}

/** File that an import of a package loads. */
function entryOf(root: string): string {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly exports?: unknown };
  const entry = exportedFile(exports);
  // Without `exports`: `main`, or index.js.
  return entry === undefined ? createRequire(join(root, 'package.json')).resolve(root) : join(root, entry);
}

/** The file of `exports` for the package itself. */
function exportedFile(exports: unknown): string | undefined {
  if (typeof exports === 'string') return exports;
  if (Array.isArray(exports)) return exports.map(exportedFile).find((file) => file !== undefined);
  if (typeof exports !== 'object' || exports === null) return undefined;
  if ('.' in exports) return exportedFile(exports['.']);
  for (const [condition, value] of Object.entries(exports)) {
    const file = CONDITIONS.has(condition) ? exportedFile(value) : undefined;
    if (file !== undefined) return file;
  }
  return undefined;
}
