#!/usr/bin/env node
// `import` would open all files at once; `require` opens one after the other, so that even a process with a handful of
// open files allowed gets far enough to be told what it needs. It also takes less time.
import { createRequire } from 'node:module';

// What older ones lack, and would die of with a stack trace.
if (!process.features.require_module) {
  console.error(`error: loadbot-agent needs Node 20.19, 22.13 or newer; this is ${process.version}`);
  process.exit(1);
}
// What Node means to take away one day is for those who build this to hear of, not for those who run it.
process.noDeprecation ??= true;

const require = createRequire(import.meta.url);
const { main } = require('../dist/cli/main.js');
await main(process, (command) => require(`../dist/cli/actions/${command}.js`));
