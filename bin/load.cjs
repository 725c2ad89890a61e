// Loads the joined files of dist/bundle. Where the build has kept their compiled code, it is used, which saves the time of
// parsing and compiling them. Modules are in `require.cache` either way, so each of them exists once in a thread.
'use strict';
const { existsSync, readFileSync, statSync } = require('node:fs');
const Module = require('node:module');
const { dirname, join } = require('node:path');
const vm = require('node:vm');

const bundle = join(__dirname, '../dist/bundle');

/** Folder of the code that this program has compiled: another one could understand it differently. */
function codeFolder() {
  const { size, mtimeMs } = statSync(process.execPath);
  return join(__dirname, '../dist/code-cache', `${process.version}-${process.arch}-${size}-${Math.trunc(mtimeMs)}`);
}

/** @type {{ folder: string, kept: (path: string, script: vm.Script) => void } | undefined} */
let code;

/** Uses the compiled code in a folder. @param {(path: string, script: vm.Script) => void} kept called for each compiled file */
function useCode(folder, kept = () => {}) {
  code = { folder, kept };
}

/** Loads a joined file. @param {string} name its path in dist/bundle, without its ending */
function load(name) {
  const path = join(bundle, `${name}.cjs`);
  return code === undefined ? require(path) : loadCompiled(path);
}

/** Loads a file as `require` does. @param {string} path */
function loadCompiled(path) {
  const known = require.cache[path];
  if (known !== undefined) return known.exports;
  const module = new Module(path);
  module.filename = path;
  require.cache[path] = module;
  try {
    const folder = dirname(path);
    let requirePackage;
    const requireFrom = (name) => {
      if (name.startsWith('node:')) return require(name);
      const file = name.startsWith('.') ? join(folder, name) : '';
      if (file.startsWith(bundle)) return loadCompiled(file);
      requirePackage ??= Module.createRequire(path);
      return requirePackage(name);
    };
    compile(path).call(module.exports, module.exports, requireFrom, module, path, folder);
    module.loaded = true;
  } catch (error) {
    delete require.cache[path];
    throw error;
  }
  return module.exports;
}

/** @param {string} path */
function compile(path) {
  const script = scriptOf(path, readCode(path));
  code.kept(path, script);
  return script.runInThisContext();
}

/** The function of a module. @param {string} path @param {Uint8Array | undefined} cachedData */
function scriptOf(path, cachedData) {
  const source = `(function (exports, require, module, __filename, __dirname) {${readFileSync(path, 'utf8')}\n})`;
  return new vm.Script(source, { filename: path, cachedData });
}

/** Compiled code of a file; V8 rejects that of another version. @param {string} path */
function readCode(path) {
  try {
    return readFileSync(join(code.folder, path.slice(bundle.length)));
  } catch {
    return undefined;
  }
}

module.exports = { bundle, codeFolder, load, scriptOf, useCode };
const folder = codeFolder();
if (existsSync(folder)) useCode(folder);
