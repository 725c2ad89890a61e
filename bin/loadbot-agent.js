#!/usr/bin/env node
// `import` would open all files at once; `require` opens one after the other, so that even a process with a handful of
// open files allowed gets far enough to be told what it needs. It also takes less time.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

// What older ones lack, and would die of with a stack trace.
if (!process.features.require_module) {
  console.error(`error: loadbot-agent needs Node 20.19, 22.13 or newer; this is ${process.version}`);
  process.exit(1);
}
// What Node means to take away one day is for those who build this to hear of, not for those who run it.
process.noDeprecation ??= true;

const bundle = createRequire(import.meta.url)('./load.cjs');
const { main } = load('cli/main');
await main(process, (command) => load(`cli/actions/${command}`));

/** Loads a compiled module. Exits with an instruction where the clone is not built or a dependency is not installed. */
function load(path) {
  try {
    return bundle.load(path);
  } catch (error) {
    const missing = error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND';
    if (!missing) throw error;
    const root = fileURLToPath(new URL('..', import.meta.url));
    if (existsSync(new URL('../src/cli', import.meta.url))) {
      say(`error: loadbot-agent is not built yet\n  to build it, run in ${root}: npm run setup`);
    } else {
      say(`error: the installation in ${root} is incomplete: ${error.message.split('\n')[0]}`);
      say('  to repair it: npm install loadbot-agent (with --global for a global installation)');
    }
    return process.exit(1);
  }
}

/** The command holds back what is written with console until it has a log. */
function say(text) {
  process.stderr.write(`${text}\n`);
}
