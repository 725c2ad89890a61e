#!/usr/bin/env node
// Client cost of a TPC-B-like transaction: `workloads/pgbench/tpcb.jsonc` beside `pgbench -b tpcb-like -M prepared`, in turns, in
// one run. `npm run bench:tpcb`. Both clients run on the same core, and the server on another one. The start is subtracted: the
// CPU time of a short run from that of a long one. Machines are noisy: what counts is the median ratio of the pairs.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { POSTGRES } from './databases/postgres.js';
import { has, MACHINE, measure, median, pinned } from './machine.js';
import { medianOf } from './pairs.js';

const CONNECTIONS = 20;
const FEW = Number(process.env['BENCH_FEW'] ?? 5000);
const MANY = Number(process.env['BENCH_MANY'] ?? 35_000);
const PAIRS = Number(process.env['BENCH_PAIRS'] ?? 7);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DURATION = '"duration": "60s"';

/** @typedef {(transactions: number) => string[]} Client command line */

const missing = POSTGRES.needs.filter((command) => !has(command));
if (missing.length > 0) {
  console.log(`skipped: not on this machine: ${missing.join(', ')} (apt-get install postgresql)`);
  process.exit();
}
console.log(MACHINE);
console.log(
  `${CONNECTIONS} connections on loopback, ${pinned ? 'server and client on a core each' : 'not pinned'}, ` +
    `${MANY} minus ${FEW} transactions, ${PAIRS} pairs in turns`,
);
const folder = mkdtempSync(join(tmpdir(), 'loadbot-bench-tpcb-'));
const server = await POSTGRES.start();
try {
  await compare(ours(server.url), pgbench(server.port));
} finally {
  await server.stop();
  rmSync(folder, { recursive: true });
}

/** @param {Client} own @param {Client} reference */
async function compare(own, reference) {
  /** @type {{ own: number, reference: number }[]} transactions per CPU-second */
  const pairs = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    pairs.push({ own: await perCpuSecond(own), reference: await perCpuSecond(reference) });
  }
  const { value, low, high } = medianOf(pairs.map((pair) => pair.own / pair.reference));
  const interval = low === undefined ? '' : ` (95%: ${low.toFixed(2)} to ${high?.toFixed(2)})`;
  console.log(
    `transactions per CPU-second: loadbot-agent ${whole(median(pairs.map((pair) => pair.own)))}, ` +
      `pgbench ${whole(median(pairs.map((pair) => pair.reference)))}; ${value.toFixed(2)} x${interval}`,
  );
}

/** @param {Client} client */
async function perCpuSecond(client) {
  const { cpuSeconds: short } = await measure(client(FEW));
  const { cpuSeconds: long } = await measure(client(MANY));
  return (MANY - FEW) / (long - short);
}

/** @param {string} url @returns {Client} */
function ours(url) {
  const workload = readFileSync(join(ROOT, 'workloads/pgbench/tpcb.jsonc'), 'utf8');
  if (!workload.includes(DURATION)) throw new Error(`workloads/pgbench/tpcb.jsonc has no ${DURATION}`);
  const file = join(folder, 'tpcb.jsonc');
  return (transactions) => {
    writeFileSync(file, workload.replace(DURATION, `"operations": ${transactions}`));
    const flags = ['--connection_string', url, '--quiet', '--allow_invalid'];
    return [process.execPath, join(ROOT, 'bin/loadbot-agent.js'), 'run', file, ...flags];
  };
}

/** @param {number} port @returns {Client} */
function pgbench(port) {
  const connection = ['-h', '127.0.0.1', '-p', `${port}`, '-U', 'loadbot', 'postgres'];
  return (transactions) =>
    `pgbench -b tpcb-like -M prepared -n -s 1 -c ${CONNECTIONS} -j 1 -t ${transactions / CONNECTIONS}`
      .split(' ')
      .concat(connection);
}

/** @param {number} value */
function whole(value) {
  return Math.round(value).toLocaleString('en-US');
}
