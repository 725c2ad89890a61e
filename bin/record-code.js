// Writes the archives of dist/archives, and keeps their compiled code in dist/code-cache for the Node that runs this: commands and
// runs are executed twice. What they have loaded is archived, and what they have compiled is written.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeArchives } from './archive.js';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const { archives, bundle } = createRequire(import.meta.url)('./load.cjs');
const scratch = mkdtempSync(join(tmpdir(), 'loadbot-code-'));
try {
  const workload = join(scratch, 'workload.json');
  const jobs = [
    { name: 'paced', type: 'read', collection: 'c', connections: 2, pace: 500, duration: '1s', http: { path: '/' } },
    { name: 'unpaced', type: 'read', collection: 'c', operations: 50, http: { path: '/' } },
  ];
  writeFileSync(workload, JSON.stringify({ connection_string: 'embedded:', jobs }));
  const names = join(scratch, 'files');
  mkdirSync(names);
  rmSync(archives, { recursive: true, force: true });
  recordAll(workload, { LOADBOT_FILES: names });
  writeArchives(bundle, archives, filesOfEntries(names));
  recordAll(workload, {});
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Files that each entry has loaded, in any of its threads. @param {string} folder @returns {Map<string, Set<string>>} */
function filesOfEntries(folder) {
  const entries = new Map();
  // In the order of their start, so that each build writes the same archives.
  const lists = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted((a, b) => parseInt(a) - parseInt(b));
  for (const [name, files] of lists.flatMap((list) => JSON.parse(readFileSync(join(folder, list), 'utf8')))) {
    entries.set(name, new Set([...(entries.get(name) ?? []), ...files]));
  }
  return entries;
}

/** @param {string} workload @param {NodeJS.ProcessEnv} env */
function recordAll(workload, env) {
  const result = `${workload}.result`;
  record(env, '--help');
  record(env, 'validate', workload);
  record(env, 'run', workload, '--out', result, '--allow_invalid');
}

/** Runs a command; its threads write. @param {NodeJS.ProcessEnv} env @param {string[]} args */
function record(env, ...args) {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--require', path('recorder.cjs'), path('loadbot-agent.js'), ...args],
    { encoding: 'utf8', env: { ...process.env, ...env } },
  );
  if (status !== 0) throw new Error(`loadbot-agent ${args.join(' ')} ended with ${status}: ${stderr}`);
}
