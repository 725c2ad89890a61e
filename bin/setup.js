#!/usr/bin/env node
// Brings a fresh clone to where `npm start` and `npm test` can run: installs dependencies and builds, each only
// when its inputs are newer than its result. Uses nothing but Node, because nothing else may be there yet.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

function newest(path) {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(join(root, path)).map((name) => newest(join(path, name))));
}

function run(command, args) {
  console.error(`> ${command} ${args.join(' ')}`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (error) console.error(String(error));
  if (status !== 0) process.exit(status ?? 1);
}

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
if (newest('node_modules/.package-lock.json') < newest('package-lock.json')) {
  run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}
const sources = Math.max(newest('src'), newest('tsconfig.json'), newest('tsconfig.build.json'));
// The last thing that a build writes: one that failed half-way is done again.
if (newest('dist/workload.schema.json') < sources) {
  run(npm, ['run', '--silent', 'build']);
}
