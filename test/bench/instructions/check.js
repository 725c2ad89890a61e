#!/usr/bin/env node
// Counts the instructions of a request on the hot path, with callgrind, and compares them with those that are committed.
// Fails if a request needs over 3 % more. `--write` commits the counts of this machine's version of Node instead.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serialize } from 'node:v8';
import { has } from '../machine.js';
import { planOf } from '../plan.js';

const TOLERANCE = 0.03;
const COUNTS = new URL('counts.json', import.meta.url);
const HOT_PATH = fileURLToPath(new URL('hot-path.js', import.meta.url));
/**
 * Same hashes, compilation and collection of garbage in each run, without instructions that only some processors have. In a
 * heap that grows the counts vary by up to 4 %; in one of a fixed size by 0.1 %.
 */
const NODE_FLAGS = [
  '--single-threaded',
  '--predictable',
  '--hash-seed=1',
  '--random-seed=1',
  '--no-enable-avx',
  '--no-enable-avx2',
  '--no-incremental-marking',
  '--initial-heap-size=256',
  '--min-semi-space-size=4',
  '--max-semi-space-size=4',
];

/** Jobs whose requests are counted; the groups run in processes of their own, at the same time. */
const GROUPS = [
  { 'HTTP/1.1': { http: { path: '/' } }, 'HTTP/1.1, paced': { http: { path: '/' }, pace: '20000/s' } },
  {
    'HTTP/2': { http: { path: '/', version: 2 } },
    'HTTP/2, 10 streams': { http: { path: '/', version: 2, streams: 10 } },
  },
];
/** Requests before the count, until all of their code is compiled, and requests that are counted. */
const WARM_UP = 40_000;
const MEASURED = 10_000;

const platform = `Node ${process.version.slice(1)}, ${process.arch}`;

if (process.platform === 'linux' && has('valgrind')) {
  if (process.argv.includes('--write')) write(await countAll());
  else compare(await countAll());
} else {
  console.log('instructions of the hot path: not counted, no "valgrind" on PATH (install Debian\'s valgrind)');
  if (process.env['LOADBOT_REQUIRE_SERVICES'] === '1') process.exitCode = 1;
}

/** @returns {Promise<Record<string, number>>} instructions of a request by job */
async function countAll() {
  return Object.assign({}, ...(await Promise.all(GROUPS.map(count))));
}

/** @param {Record<string, object>} group @returns {Promise<Record<string, number>>} instructions of a request by job */
async function count(group) {
  const folder = mkdtempSync(join(tmpdir(), 'loadbot-instructions-'));
  try {
    const rows = await Promise.all(
      Object.values(group).map(async (fields) => ({
        plan: await planOf({
          name: 'instructions',
          connection_string: 'http://127.0.0.1:9',
          jobs: [
            {
              name: 'job',
              type: 'read',
              collection: 'c',
              connections: 50,
              operations: WARM_UP + MEASURED + 1,
              ...fields,
            },
          ],
        }),
        warmUp: WARM_UP,
        measured: MEASURED,
      })),
    );
    const file = join(folder, 'rows');
    writeFileSync(file, serialize(rows));
    await callgrind(folder, file);
    const dumps = readdirSync(folder).filter((name) => /^counts\.\d+$/.test(name));
    if (dumps.length !== 2 * rows.length)
      throw new Error(`callgrind wrote ${dumps.length} counts instead of ${2 * rows.length}`);
    // Each job has two dumps: before its measured requests, and during them.
    return Object.fromEntries(
      Object.keys(group).map((name, index) => [
        name,
        Math.round(totalOf(join(folder, `counts.${2 * index + 2}`)) / MEASURED),
      ]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder @param {string} file with the jobs */
async function callgrind(folder, file) {
  const valgrind = ['--tool=callgrind', '--dump-before=umask', `--callgrind-out-file=${join(folder, 'counts')}`];
  const child = spawn('valgrind', [...valgrind, process.execPath, ...NODE_FLAGS, HOT_PATH, file], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  let output = '';
  child.stderr.on('data', (chunk) => (output += chunk));
  const status = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (status !== 0) throw new Error(`callgrind ended with ${status}:\n${output}`);
}

/** @param {string} dump */
function totalOf(dump) {
  const [, total] = /^totals: (\d+)$/m.exec(readFileSync(dump, 'utf8')) ?? [];
  if (total === undefined) throw new Error(`${dump} has no totals`);
  return Number(total);
}

/** @returns {Record<string, Record<string, number>>} counts by platform and job */
function committed() {
  return JSON.parse(readFileSync(COUNTS, 'utf8'));
}

/** @param {Record<string, number>} found */
function write(found) {
  writeFileSync(COUNTS, `${JSON.stringify({ ...committed(), [platform]: found }, undefined, 2)}\n`);
  console.log(`wrote the instructions of a request for ${platform}:`, found);
}

/** @param {Record<string, number>} found */
function compare(found) {
  const all = committed();
  const expected = all[platform];
  const isComparable = expected !== undefined;
  console.log(
    `instructions of a request, ${platform}${isComparable ? '' : ` (not compared: the counts are those of ${Object.keys(all).join(' and ')})`}`,
  );
  const more = [];
  for (const [name, instructions] of Object.entries(found)) {
    const before = expected?.[name];
    const change = before === undefined ? undefined : instructions / before - 1;
    const shown = change === undefined ? '' : `, ${change < 0 ? '' : '+'}${(change * 100).toFixed(2)} % of ${before}`;
    console.log(`  ${name}: ${instructions}${shown}`);
    if (isComparable && (change === undefined || change > TOLERANCE)) more.push(name);
    else if (change !== undefined && change < -TOLERANCE)
      console.log('    fewer than before: npm run check:instructions -- --write');
  }
  if (more.length === 0) return;
  console.error(
    `${more.join(' and ')}: over ${TOLERANCE * 100} % more instructions than test/bench/instructions/counts.json has. ` +
      'Find the cause, or accept them with "npm run check:instructions -- --write" and commit that file with the reason.',
  );
  process.exitCode = 1;
}
