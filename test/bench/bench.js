#!/usr/bin/env node
// `npm run bench`: what a request costs the client, side by side with every peer found on this machine, in one run.
// Machines are noisy: rounds go through all clients in turn, and what counts is the median and the ratio.
import { cpus } from 'node:os';
import { LOADBOT, ours, PEERS } from './clients.js';
import { has, measure, median, pinned } from './machine.js';
import { startNginx } from './nginx.js';

const CONNECTIONS = 50;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 8);
/** Pairs of runs, with and without exports. */
const PAIRS = Number(process.env['BENCH_PAIRS'] ?? 6);

/** @typedef {{ perCpuSecond: number[], rate: number[], p99Ms: number[] }} Figures */

if (!has('nginx')) {
  console.error('bench: nginx is needed as the server under load, and is not here: apt-get install nginx-light');
  process.exit(1);
}
const nginx = await startNginx();
try {
  const missing = PEERS.filter(({ needs }) => !has(needs)).map(({ name }) => name);
  const clients = [LOADBOT, ...PEERS.filter(({ needs }) => has(needs))];
  console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, Node ${process.version}`);
  console.log(
    `${CONNECTIONS} connections to nginx on loopback, ${pinned ? 'server and client on a core each' : 'not pinned'}, ${ROUNDS} rounds of ${SECONDS} s, medians`,
  );
  if (missing.length > 0) console.log(`not on this machine: ${missing.join(', ')}`);
  await compare(clients);
  await costs();
} finally {
  await nginx.stop();
}

/** @param {readonly import('./clients.js').Client[]} clients */
async function compare(clients) {
  /** @type {Map<string, Figures>} */
  const figures = new Map(clients.map(({ name }) => [name, { perCpuSecond: [], rate: [], p99Ms: [] }]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const client of clients) {
      const { served, output, cpuSeconds } = await run(client.argv(nginx.url, CONNECTIONS, SECONDS));
      const found = figures.get(client.name);
      found?.perCpuSecond.push(served / cpuSeconds);
      found?.rate.push(served / SECONDS);
      found?.p99Ms.push(client.p99Ms(output) ?? NaN);
    }
  }
  const own = median(figures.get(LOADBOT.name)?.perCpuSecond ?? []);
  console.log('\nclient          requests per CPU-second   ours is    requests/s      p99');
  for (const [name, { perCpuSecond, rate, p99Ms }] of figures) {
    const each = median(perCpuSecond);
    console.log(
      `${name.padEnd(15)}${whole(each).padStart(24)}${`${(own / each).toFixed(2)} x`.padStart(10)}` +
        `${whole(median(rate)).padStart(14)}${`${median(p99Ms).toFixed(2)} ms`.padStart(12)}`,
    );
  }
}

/** What serving and pushing metrics adds, as processor time a request: pairs of runs, by turns first and second. */
async function costs() {
  const push = ['--metrics_export_url', `${nginx.url}/push`, '--metrics_export_interval_seconds', '1'];
  const exporting = ['--metrics_export_port', '0', ...push];
  const ratios = [];
  for (let pair = 0; pair < PAIRS; pair++) {
    const order = pair % 2 === 0 ? [exporting, []] : [[], exporting];
    const cost = new Map();
    for (const flags of order) {
      const { served, cpuSeconds } = await run(ours(nginx.url, CONNECTIONS, SECONDS, flags));
      cost.set(flags === exporting, cpuSeconds / served);
    }
    ratios.push(cost.get(true) / cost.get(false));
  }
  const percent = (median(ratios) - 1) * 100;
  console.log(
    `\nserving /metrics and pushing each second costs ${percent.toFixed(1)} % processor time a request (median of ${PAIRS} pairs)`,
  );
  const script = new URL('recording-cost.js', import.meta.url).pathname;
  console.log((await measure([process.execPath, script, nginx.url])).output.trim());
}

/** @param {string[]} argv */
async function run(argv) {
  const before = await nginx.requests();
  const { output, cpuSeconds } = await measure(argv);
  return { served: (await nginx.requests()) - before - 1, output, cpuSeconds };
}

/** @param {number} value */
function whole(value) {
  return Math.round(value).toLocaleString('en-US');
}
