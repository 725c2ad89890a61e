#!/usr/bin/env node
// `npm run bench:bounds`: resident memory and start-up time of workloads at the bounds that docs/workload.md and docs/operations.md
// name, against real servers. `npm run bench:bounds -- NAME...` runs the cases of these names. Needs Linux (/proc).
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MARIADB } from './databases/mariadb.js';
import { MONGODB_FIND } from './databases/mongodb.js';
import { POSTGRES } from './databases/postgres.js';
import { has } from './machine.js';

const BIN = fileURLToPath(new URL('../../bin/loadbot-agent.js', import.meta.url));
const SAMPLE_MS = 50;
const KIB = 1024;
/** Open files that a run of this process may use beside its connections. */
const OTHER_FILES = 100;

/**
 * A workload at a bound.
 * @typedef {object} Case
 * @property {string} name
 * @property {import('./databases.js').Database} [database] the embedded target without
 * @property {() => object} workload
 * @property {number} requests that must succeed
 */

const LIMIT = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 1024);
/** Each takes two files with the embedded target. */
const CONNECTIONS = Math.min(100_000, Math.floor((LIMIT - OTHER_FILES) / 2));

/** @param {object} fields @returns {object} */
const write = (fields) => ({ type: 'write', collection: 'bounds', ...fields });
const bulk = {
  workload: () => ({ jobs: [write({ type: 'bulk_write', batch_size: 100_000, operations: 3 })] }),
  requests: 3,
};

/** 12 MiB in one request. */
const bytes = {
  workload: () => ({ jobs: [write({ type: 'bulk_write', batch_size: 10_000, data_size: 1258, operations: 3 })] }),
  requests: 3,
};

/** @param {string} text */
const template = (text) => ({
  schemas: [{ name: 's', collection: 'bounds', schema: { text } }],
  jobs: [{ type: 'write', schema: 's', connections: 4, operations: 1000 }],
});

/** @type {readonly Case[]} */
const CASES = [
  { name: 'idle', workload: () => ({ jobs: [write({ operations: 1 })] }), requests: 1 },
  { name: 'bulk-embedded', ...bulk },
  { name: 'bulk-mongodb', database: MONGODB_FIND, ...bulk },
  { name: 'bulk-postgres', database: POSTGRES, ...bulk },
  { name: 'bulk-mariadb', database: MARIADB, ...bulk },
  { name: 'bytes-embedded', ...bytes },
  { name: 'bytes-mongodb', database: MONGODB_FIND, ...bytes },
  { name: 'bytes-postgres', database: POSTGRES, ...bytes },
  { name: 'bytes-mariadb', database: MARIADB, ...bytes },
  ...[8, 64].map((threads) => ({
    name: `threads-${threads}`,
    workload: () => ({ threads, jobs: [write({ connections: threads, operations: 100 * threads })] }),
    requests: 100 * threads,
  })),
  {
    name: 'connections',
    workload: () => ({ jobs: [write({ connections: CONNECTIONS, operations: 5 * CONNECTIONS, timeout: '60s' })] }),
    requests: 5 * CONNECTIONS,
  },
  {
    name: 'jobs-10000',
    workload: () => ({
      jobs: Array.from({ length: 10_000 }, (_, index) => write({ name: `job ${index}`, operations: 1 })),
    }),
    requests: 10_000,
  },
  { name: 'template-text', workload: () => template('x'.repeat(64 * KIB)), requests: 1000 },
  { name: 'template-tags', workload: () => template('#string(5) '.repeat((64 * KIB) / 11)), requests: 1000 },
];

const wanted = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'loadbot-bounds-'));
let failed = false;
try {
  console.log('case             resident MiB  started after s   took s  cpu s  result');
  for (const one of CASES) {
    if (wanted.length === 0 || wanted.includes(one.name)) await measure(one);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

/** @param {Case} one */
async function measure({ name, database, workload, requests }) {
  const missing = (database?.needs ?? []).filter((command) => !has(command));
  if (missing.length > 0) return console.log(`${name.padEnd(16)} not on this machine: ${missing.join(', ')}`);
  const server = await database?.start();
  try {
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify({ connection_string: server?.url ?? 'embedded:', ...workload() }));
    const { peakMib, startedMs, tookMs, cpuSeconds, output } = await run(file);
    const done = ok(join(folder, 'result.json'));
    if (done !== requests) failed = true;
    const seconds = (/** @type {number} */ ms) => (ms / 1000).toFixed(1);
    console.log(
      `${name.padEnd(16)} ${peakMib.toFixed(0).padStart(12)} ${seconds(startedMs).padStart(16)} ${seconds(tookMs).padStart(8)} ` +
        `${cpuSeconds.toFixed(1).padStart(6)}  ${done === requests ? `${done} ok` : `${done} of ${requests} ok\n${output.slice(-1500)}`}`,
    );
  } finally {
    await server?.stop();
  }
}

/** @param {string} file @returns {number} requests that succeeded */
function ok(file) {
  try {
    const { jobs } = JSON.parse(readFileSync(file, 'utf8'));
    return jobs.reduce((/** @type {number} */ sum, /** @type {{ ok: number }} */ job) => sum + job.ok, 0);
  } catch {
    return NaN;
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * Runs a workload, with metrics served, and reads the memory of its process.
 * @param {string} file
 */
async function run(file) {
  const began = performance.now();
  const args = ['run', file, '--allow_invalid', '--out', join(folder, 'result.json'), '--metrics_export_port', '0'];
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let peakMib = 0;
  let cpuSeconds = 0;
  let startedMs = NaN;
  let output = '';
  const sample = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
      peakMib = Math.max(peakMib, Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / KIB);
      const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      cpuSeconds = Math.max(cpuSeconds, (Number(fields[11]) + Number(fields[12])) / 100);
    } catch {
      // It has ended.
    }
  }, SAMPLE_MS);
  const see = (/** @type {Buffer} */ chunk) => {
    output += chunk.toString();
    if (Number.isNaN(startedMs) && output.includes(': started')) startedMs = performance.now() - began;
  };
  child.stdout.on('data', see);
  child.stderr.on('data', see);
  await new Promise((resolve) => child.once('close', resolve));
  clearInterval(sample);
  return { peakMib, startedMs, tookMs: performance.now() - began, cpuSeconds, output };
}
