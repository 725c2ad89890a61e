// Writes the archives of dist/archives: for each command and thread that is started in a recorded run, one file with the joined
// files that it loads. bin/load.cjs opens them.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * Writes the archives.
 * @param {string} bundle folder of the joined files
 * @param {string} archives folder
 * @param {ReadonlyMap<string, Iterable<string>>} entries files that each entry loads, by its name; paths relative to the bundle
 */
export function writeArchives(bundle, archives, entries) {
  rmSync(archives, { recursive: true, force: true });
  for (const [name, files] of entries) {
    const path = join(archives, `${name}.cjs`);
    mkdirSync(dirname(path), { recursive: true });
    const members = [...files].map(
      (file) => `${JSON.stringify(file)}(exports, require, module, __filename, __dirname) {
${withPaths(readFileSync(join(bundle, file), 'utf8'), bundle, dirname(file))}}`,
    );
    writeFileSync(path, `({\n${members.join(',\n')}\n});\n`);
  }
}

/** Code whose paths do not depend on the place of its file. */
function withPaths(code, bundle, folder) {
  return code.replace(/\brequire\((["'])(\.[^"']+)\1\)/g, (_, quote, path) => {
    const file = join(folder, path);
    // bin/import.cjs is beside bin/load.cjs.
    const name = file.startsWith('..') ? `./${relative('../../bin', file)}` : `bundle:${file}`;
    return `require(${quote}${name}${quote})`;
  });
}
