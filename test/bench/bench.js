#!/usr/bin/env node
// `npm run bench`: CPU cost of a request in the client, beside all other load generators on this machine, in one run.
// Machines are noisy: rounds go through all clients in turn, and what counts is the median and the ratio.
import { printArrivals } from './arrivals.js';
import { LOADBOT, ours, PEERS } from './clients.js';
import { connectionRows } from './connection-rows.js';
import { http2Rows } from './http2-rows.js';
import { has, MACHINE, measure, median, pinned } from './machine.js';
import { freePort, startNginx } from './nginx.js';
import { pacedRows } from './paced-rows.js';
import { compareRows, measureServed, whole } from './rows.js';
import { startRows } from './start-rows.js';

const CONNECTIONS = 50;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 6);
/** Pairs of runs, with and without exports. */
const PAIRS = Number(process.env['BENCH_PAIRS'] ?? 6);
/** Seconds of a run with MongoDB: a server that answers slowly, whose requests would otherwise cost less than the start. */
const MONGODB_SECONDS = 20;
/** Measures only the rows whose load contains it. */
const ONLY = process.env['BENCH_ONLY'];

/** @typedef {{ perCpuSecond: number[], rate: number[], p99Ms: number[] }} Figures */

const nginx = await startNginx();
try {
  console.log(MACHINE);
  if (ONLY === undefined) await compareAll();
  const rows = [
    ...pacedRows(nginx.url),
    ...connectionRows(nginx.url, nginx.secureUrl),
    ...http2Rows(nginx.http2Url, nginx.secureHttp2Url),
    ...startRows(nginx.url),
  ];
  await compareRows(
    rows.filter(({ load }) => load.includes(ONLY ?? '')),
    ROUNDS,
    nginx,
  );
  if (ONLY === undefined || ONLY.startsWith('paced')) await printArrivals();
  if (ONLY === undefined) {
    await costs();
    await compareMongodb();
  }
} finally {
  await nginx.stop();
}

async function compareAll() {
  const missing = PEERS.filter(({ needs }) => !has(needs)).map(({ name }) => name);
  const clients = [LOADBOT, ...PEERS.filter(({ needs }) => has(needs))];
  console.log(
    `${CONNECTIONS} connections to nginx on loopback, ${pinned ? 'server and client on a core each' : 'not pinned'}, ${ROUNDS} rounds of ${SECONDS} s, medians, ratios round by round`,
  );
  if (missing.length > 0) console.log(`not on this machine: ${missing.join(', ')}`);
  await compare(clients);
}

/** @param {readonly import('./clients.js').Client[]} clients */
async function compare(clients) {
  /** @type {Map<string, Figures>} */
  const figures = new Map(clients.map(({ name }) => [name, { perCpuSecond: [], rate: [], p99Ms: [] }]));
  const invalid = new Set();
  for (let round = 0; round < ROUNDS; round++) {
    for (const client of clients) {
      const { served, output, perCpuSecond, isInvalid } = await measureServed(
        client.argv(nginx.url, CONNECTIONS, SECONDS),
        nginx,
      );
      const found = figures.get(client.name);
      if (isInvalid) invalid.add(client.name);
      found?.perCpuSecond.push(perCpuSecond);
      found?.rate.push(served / SECONDS);
      found?.p99Ms.push(client.p99Ms(output) ?? NaN);
    }
  }
  const own = figures.get(LOADBOT.name)?.perCpuSecond ?? [];
  console.log('\nclient          requests per CPU-second   ours is    requests/s      p99');
  for (const [name, { perCpuSecond, rate, p99Ms }] of figures) {
    // Round by round, because the machine is not the same from one to the next.
    const ratio = median(perCpuSecond.map((each, round) => (own[round] ?? NaN) / each));
    console.log(
      `${name.padEnd(15)}${whole(median(perCpuSecond)).padStart(24)}${`${ratio.toFixed(2)} x`.padStart(10)}` +
        `${whole(median(rate)).padStart(14)}${`${median(p99Ms).toFixed(2)} ms`.padStart(12)}${invalid.has(name) ? '  invalid' : ''}`,
    );
  }
}

/**
 * What serving and pushing metrics costs: the processor time of a run that has little else to do, with a scrape and a
 * push every second, less that of one without. Under full load the difference would drown in the noise.
 */
async function costs() {
  const port = await freePort();
  const push = ['--metrics_export_url', `${nginx.url}/push`, '--metrics_export_interval_seconds', '1'];
  const exporting = ['--metrics_export_port', String(port), ...push];
  const scraper = setInterval(() => void scrape(port), 1000);
  const differences = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    /** @param {string[]} flags */
    const quiet = (flags) => measure(ours(nginx.url, CONNECTIONS, SECONDS, flags, { pace: 1 }));
    const { cpuSeconds: withExports } = await quiet(exporting);
    const { cpuSeconds: without } = await quiet([]);
    differences.push((withExports - without) / SECONDS);
  }
  clearInterval(scraper);
  const cost = median(differences);
  console.log(
    `\na scrape and a push take ${(cost * 1000).toFixed(0)} ms of processor time; ` +
      `every 10 s, as by default, that is ${(cost * 10).toFixed(1)} % of a core (median of ${PAIRS} pairs)`,
  );
  const script = new URL('recording-cost.js', import.meta.url).pathname;
  console.log((await measure([process.execPath, script, nginx.url])).output.trim());
}

/** MongoDB is a row of the comparison; the other databases are in `npm run bench:databases`. */
async function compareMongodb() {
  const script = new URL('databases.js', import.meta.url).pathname;
  const argv = ['env', `BENCH_SECONDS=${MONGODB_SECONDS}`, process.execPath, script, 'FerretDB'];
  console.log(`\n${(await measure(argv, false)).output.trim()}`);
}

/** @param {number} port */
async function scrape(port) {
  try {
    await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  } catch {
    // No agent runs between two runs.
  }
}
