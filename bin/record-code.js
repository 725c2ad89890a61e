// Keeps the compiled code of dist/bundle in dist/code-cache, for the Node that runs this: commands and runs are executed, and
// what they have compiled is written. The last step of `npm run build`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'loadbot-code-'));
try {
  const workload = join(scratch, 'workload.json');
  const jobs = [
    { name: 'paced', type: 'read', collection: 'c', connections: 2, pace: 500, duration: '1s', http: { path: '/' } },
    { name: 'unpaced', type: 'read', collection: 'c', operations: 50, http: { path: '/' } },
  ];
  writeFileSync(workload, JSON.stringify({ connection_string: 'embedded:', jobs }));
  const result = join(scratch, 'result.json');
  record('--help');
  record('validate', workload);
  record('run', workload, '--out', result, '--allow_invalid');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Runs a command; its threads write what they have compiled. @param {string[]} args */
function record(...args) {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--require', path('recorder.cjs'), path('loadbot-agent.js'), ...args],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`loadbot-agent ${args.join(' ')} ended with ${status}: ${stderr}`);
}
