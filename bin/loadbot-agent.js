#!/usr/bin/env node
// `import` would open all of our files at once; `require` opens one after the other, so that even a process with a
// handful of open files allowed gets far enough to be told what it needs.
import { createRequire } from 'node:module';

const { main } = createRequire(import.meta.url)('../dist/cli/main.js');
await main(process);
