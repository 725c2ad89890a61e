#!/usr/bin/env node
// Client cost of a scenario of 3 requests with values captured from JSON, beside other load generators, in turns, in one run.
// `npm run bench:scenario`. All clients run on the same core, and nginx on another one. The start is subtracted: the CPU time
// and the requests of a short run from those of a long one. nginx counts the requests, and answers only those with the captured
// values. BENCH_ROUNDS and BENCH_LENGTH set the number of rounds and the length of the runs. A client that fails
// or takes more than 10 minutes is left out.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { MACHINE, measure, median, pinned } from './machine.js';
import { startNginx } from './nginx.js';
import { medianOf } from './pairs.js';
import { CLIENTS, USERS } from './scenario-clients.js';

/** @typedef {import('./scenario-clients.js').ScenarioClient} ScenarioClient */

const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 7);
const LENGTH = Number(process.env['BENCH_LENGTH'] ?? 1);
/** Length of the long run, in short ones. */
const LONG = 5;
const REQUESTS = 3;
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJsb2FkYm90In0.c2lnbmF0dXJl';
const ITEMS = [17, 18, 19].map((id) => ({ id: `item-${id}`, name: `Item ${id}`, price: id / 10 }));

for (const { name, install } of CLIENTS.filter((client) => !client.isThere()))
  console.log(`skipped: ${name} is not on this machine (${install})`);
const [own, ...peers] = CLIENTS.filter((client) => client.isThere());
if (own === undefined) throw new Error('no client');
console.log(MACHINE);
console.log(
  `${USERS} users on loopback, ${pinned ? 'server and client on a core each' : 'not pinned'}, ${ROUNDS} rounds in turns, ` +
    `load ${load()} at the start`,
);
const folder = mkdtempSync(join(tmpdir(), 'loadbot-bench-scenario-'));
let failures = '';
const server = await startNginx((path) => {
  failures = join(path, 'failures.log');
  return locations();
});
try {
  await compare(own);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true });
}

/** @param {ScenarioClient} reference */
async function compare(reference) {
  /** @type {Map<ScenarioClient, number[]>} requests per CPU-second of the rounds */
  const rates = new Map([reference, ...peers].map((client) => [client, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [client, all] of rates) {
      try {
        all.push(await perCpuSecond(client));
      } catch (error) {
        if (client === reference) throw error;
        console.log(`skipped: ${client.name} failed in round ${round + 1}: ${String(error)}`);
        rates.delete(client);
      }
    }
  const owns = rates.get(reference) ?? [];
  for (const [client, all] of rates) {
    const { value, low, high } = medianOf(all.map((rate, round) => (owns[round] ?? 0) / rate));
    const interval = low === undefined ? '' : ` (95%: ${low.toFixed(2)} to ${high?.toFixed(2)})`;
    const ratio = client === reference ? '' : `; loadbot-agent: ${value.toFixed(2)} x${interval}`;
    console.log(`${client.name}: ${whole(median(all))} requests per CPU-second${ratio}`);
  }
  console.log(`load ${load()} at the end`);
}

/** @param {ScenarioClient} client */
async function perCpuSecond(client) {
  const iterations = Math.ceil(client.iterations * LENGTH);
  const short = await cpuSeconds(client, iterations);
  const long = await cpuSeconds(client, iterations * LONG);
  return (USERS * iterations * (LONG - 1) * REQUESTS) / (long - short);
}

/**
 * CPU time of a run.
 * @param {ScenarioClient} client @param {number} iterations of each user
 */
async function cpuSeconds(client, iterations) {
  const before = await server.requests();
  const { output, cpuSeconds } = await measure(['timeout', '600', ...client.argv(server.url, iterations, folder)]);
  const served = (await server.requests()) - before - 1; // the count is a request, too
  const expected = USERS * iterations * REQUESTS;
  const failed = readFileSync(failures, 'utf8');
  if (served !== expected || failed !== '')
    throw new Error(`${client.name} sent ${served} requests instead of ${expected}; refused:\n${failed}\n${output}`);
  return cpuSeconds;
}

function locations() {
  const json = 'default_type application/json;';
  const refuse = `if ($http_authorization != "Bearer ${TOKEN}") { return 401; }`;
  const [item] = ITEMS;
  return `
    error_page 401 404 405 = @refused;
    location @refused { access_log ${failures}; return 400; }
    location = /login { ${json} if ($request_method != POST) { return 405; } return 200 '${JSON.stringify({ token: TOKEN })}'; }
    location = /items { ${json} ${refuse} return 200 '${JSON.stringify({ items: ITEMS })}'; }
    location = /items/${item?.id} { ${json} ${refuse} return 200 '${JSON.stringify({ ...item, stock: 4 })}'; }
    location /items/ { return 404; }`;
}

function load() {
  return loadavg()
    .map((value) => value.toFixed(1))
    .join(' ');
}

/** @param {number} value */
function whole(value) {
  return Math.round(value).toLocaleString('en-US');
}
