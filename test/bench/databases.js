#!/usr/bin/env node
// CPU cost of a database request in the client: a load thread beside a bare loop of the same client library, and the whole command
// beside the database's own load tool, in one run. `node test/bench/databases.js [WORD...]`, those with one of the words in the name, after `npm run build`.
// What counts is the ratio, turn by turn and round by round: machines are noisy.
import { fileURLToPath } from 'node:url';
import { ours, result } from './clients.js';
import { DATABASES } from './databases/list.js';
import { has, MACHINE, measure, median, pinned } from './machine.js';

/**
 * One kind of database.
 * @typedef {object} Database
 * @property {string} name
 * @property {readonly string[]} needs commands that must be there
 * @property {() => Promise<Running>} start with the data that the requests read
 * @property {object} job of the workload, beside connections and duration: the same requests as `bare` makes
 * @property {(url: string) => Promise<(done: (error: unknown) => void) => void>} bare opens a connection of the client library, to send
 *   one request after the other
 * @property {readonly Reference[]} references
 *
 * @typedef {{ url: string, port: number, stop: () => Promise<void> }} Running
 *
 * The database's own load tool; `requests` returns its number of requests.
 * @typedef {object} Reference
 * @property {string} name
 * @property {string} needs
 * @property {(server: Running, connections: number, seconds: number) => string[]} argv
 * @property {(output: string, seconds: number) => number} requests
 */

const CONNECTIONS = 10;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 5);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 6);
/** Turns of the load thread and of the bare loop, each. */
const TURNS = Number(process.env['BENCH_TURNS'] ?? 10);
const TURNS_SCRIPT = fileURLToPath(new URL('databases/interleave.js', import.meta.url));

const wanted = process.argv.slice(2);
console.log(MACHINE);
console.log(
  `${CONNECTIONS} connections on loopback, ${pinned ? 'server and client on a core each' : 'not pinned'}, ` +
    `${ROUNDS} rounds of ${SECONDS} s, medians, ratios round by round`,
);
for (const database of DATABASES) {
  if (wanted.length > 0 && !wanted.some((word) => database.name.includes(word))) continue;
  const missing = database.needs.filter((command) => !has(command));
  if (missing.length > 0) console.log(`\n${database.name}: not on this machine: ${missing.join(', ')}`);
  else await compare(database);
}

/** @param {Database} database */
async function compare(database) {
  const server = await database.start();
  try {
    /** @type {Map<string, () => Promise<{ requests: number, cpuSeconds: number }>>} */
    const clients = new Map([['loadbot-agent', () => runOurs(database, server)]]);
    for (const reference of database.references.filter(({ needs }) => has(needs))) {
      clients.set(reference.name, () => runReference(reference, server));
    }
    await report(database.name, clients);
    await takeTurns(database.name, server);
  } finally {
    await server.stop();
  }
}

/** @param {string} name @param {Map<string, () => Promise<{ requests: number, cpuSeconds: number }>>} clients */
async function report(name, clients) {
  /** @type {Map<string, number[]>} requests per processor second, round by round */
  const figures = new Map([...clients.keys()].map((client) => [client, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [client, run] of clients) {
      const { requests, cpuSeconds } = await run();
      figures.get(client)?.push(requests / cpuSeconds);
    }
  }
  const own = figures.get('loadbot-agent') ?? [];
  console.log(`\n${name.padEnd(24)}requests per CPU-second   ours is`);
  for (const [client, perCpuSecond] of figures) {
    const ratio = median(perCpuSecond.map((each, round) => (own[round] ?? NaN) / each));
    console.log(client.padEnd(24) + whole(median(perCpuSecond)).padStart(23) + `${ratio.toFixed(2)} x`.padStart(10));
  }
}

/** @param {Database} database @param {Running} server */
async function runOurs(database, { url }) {
  const job = { collection: undefined, http: undefined, ...database.job };
  const { cpuSeconds } = await measure(ours(url, CONNECTIONS, SECONDS, [], job));
  const { requests, errors } = result().jobs[0];
  if (errors > 0) throw new Error(`${database.name}: ${errors} errors`);
  return { requests, cpuSeconds };
}

/** @param {string} name @param {Running} server */
async function takeTurns(name, { url }) {
  const { output } = await measure([process.execPath, TURNS_SCRIPT, name, url, `${CONNECTIONS}`, `${TURNS}`]);
  /** @type {{ ours: number[], bare: number[] }} */
  const { ours, bare } = JSON.parse(output.trim().split('\n').at(-1) ?? '');
  const ratio = median(ours.map((each, turn) => each / (bare[turn] ?? NaN)));
  console.log(
    `our load thread alone: ${whole(median(ours))}, a bare loop of the same client library: ${whole(median(bare))}; ` +
      `${ratio.toFixed(2)} x (median of ${TURNS} pairs of turns)`,
  );
}

/** @param {Reference} reference @param {Running} server */
async function runReference({ argv, requests }, server) {
  const { output, cpuSeconds } = await measure(argv(server, CONNECTIONS, SECONDS));
  return { requests: requests(output, SECONDS), cpuSeconds };
}

/** @param {number} value */
function whole(value) {
  return Math.round(value).toLocaleString('en-US');
}
