// Loads the joined files of dist/bundle. An archive has all files that a command or a thread loads at its start: one file to read,
// and one to compile. Where the build has kept its compiled code, that is used instead of parsing it. Modules are in
// `require.cache` either way, so each of them exists once in a thread.
'use strict';
const { existsSync, readFileSync, statSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join } = require('node:path');
const vm = require('node:vm');

const bundle = join(__dirname, '../dist/bundle');
const archives = join(__dirname, '../dist/archives');

/** Folder of the code that this program has compiled: another one could understand it differently. */
function codeFolder() {
  const { size, mtimeMs } = statSync(process.execPath);
  return join(__dirname, '../dist/code-cache', `${process.version}-${process.arch}-${size}-${Math.trunc(mtimeMs)}`);
}

/** Functions of files by their path in dist/bundle: those of the archives that this thread has opened. */
const files = new Map();

/** Loads a joined file, and opens its archive before. @param {string} name its path in dist/bundle, without its ending */
function load(name) {
  const path = join(archives, `${name}.cjs`);
  if (existsSync(path)) {
    const script = scriptOf(path, readCode(`${name}.cjs`));
    for (const [file, run] of Object.entries(script.runInThisContext())) files.set(file, run);
    module.exports.opened(name, script);
  }
  return loadFile(`${name}.cjs`);
}

/** Loads a file as `require` does. @param {string} file its path in dist/bundle */
function loadFile(file) {
  const path = join(bundle, file);
  const known = require.cache[path];
  if (known !== undefined) return known.exports;
  const run = files.get(file);
  if (run === undefined) return require(path);
  const loaded = new Module(path);
  loaded.filename = path;
  require.cache[path] = loaded;
  try {
    run.call(loaded.exports, loaded.exports, requireForFile, loaded, path, dirname(path));
    loaded.loaded = true;
  } catch (error) {
    delete require.cache[path];
    throw error;
  }
  return loaded.exports;
}

/** `require` of archived files, whose paths bin/archive.js has changed: all of them see the same packages. */
function requireForFile(name) {
  return name.startsWith('bundle:') ? loadFile(name.slice('bundle:'.length)) : require(name);
}

/** An archive as V8 compiles it; ASCII takes half of the memory. @param {string} path @param {Uint8Array | undefined} cachedData */
function scriptOf(path, cachedData) {
  return new vm.Script(readFileSync(path, 'latin1'), { filename: path, cachedData });
}

/** Compiled code of an archive; V8 rejects that of another version. @param {string} file its path in dist/archives */
function readCode(file) {
  folder ??= codeFolder();
  try {
    return readFileSync(join(folder, file));
  } catch {
    return undefined;
  }
}

let folder;

module.exports = {
  archives,
  bundle,
  codeFolder,
  load,
  /** Called with each opened archive. */
  opened: (_name, _script) => {},
  scriptOf,
};
