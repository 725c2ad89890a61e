// Preloaded into each thread by bin/record-code.js: writes the code of all files that the thread has compiled.
'use strict';
const { mkdirSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const { isMainThread, threadId } = require('node:worker_threads');
const { bundle, codeFolder, useCode } = require('./load.cjs');

/** A thread is ended without a last moment; the run of bin/record-code.js takes longer. */
const WRITE_AFTER_MS = 600;

const scripts = new Map();
const folder = codeFolder();
useCode(folder, (path, script) => scripts.set(path, script));

function write() {
  for (const [path, script] of scripts) {
    const file = join(folder, path.slice(bundle.length));
    const code = script.createCachedData();
    // The code of the thread that has called the most functions.
    if (code.length <= (statSync(file, { throwIfNoEntry: false })?.size ?? 0)) continue;
    const part = `${file}.${process.pid}.${threadId}`;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(part, code);
    rmSync(file, { force: true });
    renameSync(part, file);
  }
}

if (isMainThread) process.on('exit', write);
else setTimeout(write, WRITE_AFTER_MS).unref();
