// Fails where a folder of src imports what layers.json does not allow, and where files of src import each other in a
// cycle, types included. The table has the folders in the order of their layers; an entry is a whole folder or a single
// file. Part of `npm run check:static`.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
/** @type {readonly { folder: string; content: string; may: readonly string[] }[]} */
const LAYERS = JSON.parse(readFileSync(new URL('layers.json', import.meta.url), 'utf8'));
const IMPORT = /\bfrom '(\.[^']+)'|\bimport\(\s*'(\.[^']+)'\s*\)|^import '(\.[^']+)'/gm;

/** Imported files of each file of src, relative to src. */
const IMPORTS = new Map(
  readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file, importsOf(file)]),
);

/** @type {(file: string) => readonly string[]} */
function importsOf(file) {
  const text = readFileSync(`${SRC}/${file}`, 'utf8');
  return [...text.matchAll(IMPORT)].map((match) => posix.join(dirname(file), match[1] ?? match[2] ?? match[3] ?? ''));
}

/** Returns the imports that the table does not allow, one line each. */
function findForbiddenImports() {
  const layers = new Map(LAYERS.map((layer) => [layer.folder, layer.may]));
  return [...IMPORTS].flatMap(([file, imported]) => {
    const folder = file.split('/')[0] ?? '';
    const may = layers.get(folder);
    if (may === undefined) return [`src/${file}: ${folder} is not in test/layers/layers.json`];
    if (may.includes('*')) return [];
    return imported
      .filter((path) => !isAllowed(path, folder, may))
      .map((path) => `src/${file} imports ${path}, but ${folder} may import only: ${may.join(', ') || 'nothing'}`);
  });
}

/** @type {(path: string, folder: string, may: readonly string[]) => boolean} */
function isAllowed(path, folder, may) {
  const top = path.split('/')[0] ?? '';
  return top === folder || may.includes(top) || may.includes(path);
}

/** Returns the files that are in a cycle, or between two, one line each. */
function findCycles() {
  const left = new Map(IMPORTS);
  for (let size = Infinity; left.size < size;) {
    size = left.size;
    const imported = new Set([...left.values()].flat());
    for (const [file, imports] of left) {
      if (!imported.has(file) || !imports.some((path) => left.has(path))) left.delete(file);
    }
  }
  return [...left.keys()].map((file) => `src/${file} is in a cycle of imports`);
}

const found = [...findForbiddenImports(), ...findCycles()];
for (const line of found) console.error(line);
process.exitCode = found.length === 0 ? 0 : 1;
