// Preloaded into each thread by bin/record-code.js. With LOADBOT_FILES: writes the names of the files that each entry loads to
// that folder. Otherwise: writes the code of all archives that the thread has compiled.
'use strict';
const { mkdirSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { dirname, join, relative, sep } = require('node:path');
const { isMainThread, threadId } = require('node:worker_threads');
const loader = require('./load.cjs');

/** A thread is ended without a last moment, so it writes repeatedly: a busy machine may start it late. */
const WRITE_EVERY_MS = 300;

const names = process.env.LOADBOT_FILES;
const scripts = new Map();
const entries = [];
const { load } = loader;
loader.load = (name) => {
  entries.push({ name, from: Object.keys(require.cache).length });
  return load(name);
};
loader.opened = (name, script) => scripts.set(name, script);

function writeNames() {
  const loaded = Object.keys(require.cache);
  const lists = entries.map(({ name, from }, index) => {
    const paths = loaded.slice(from, entries[index + 1]?.from).filter((path) => path.startsWith(loader.bundle + sep));
    return [name, paths.map((path) => relative(loader.bundle, path).replaceAll(sep, '/'))];
  });
  replaceFile(join(names, `${process.pid}.${threadId}.json`), JSON.stringify(lists));
}

function writeCode() {
  for (const [name, script] of scripts) {
    const file = join(loader.codeFolder(), `${name}.cjs`);
    const code = script.createCachedData();
    // The code of the thread that has called the most functions.
    if (code.length <= (statSync(file, { throwIfNoEntry: false })?.size ?? 0)) continue;
    mkdirSync(dirname(file), { recursive: true });
    replaceFile(file, code);
  }
}

/** Writes a file that is complete at any time. */
function replaceFile(file, content) {
  const part = `${file}.${process.pid}.${threadId}.part`;
  writeFileSync(part, content);
  rmSync(file, { force: true });
  renameSync(part, file);
}

const write = names === undefined ? writeCode : writeNames;
if (isMainThread) process.on('exit', write);
else setInterval(write, WRITE_EVERY_MS).unref();
