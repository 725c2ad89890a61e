#!/usr/bin/env node
// Measures how far apart the agents of a fleet on this machine start a job: the times at which each agent writes its first
// request to its connection, and those at which a server's JavaScript receives them, which wait for a processor, too; and
// as many processes that only sleep until a common time: the share of the scheduler. Real agents, a real nats-server and a
// real `run --agents`. Needs nats-server.
// Environment: BENCH_AGENTS (4), BENCH_STARTS (100).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { has } from './machine.js';
import { freePort } from './nginx.js';

const AGENTS = Number(process.env['BENCH_AGENTS'] ?? 4);
const STARTS = Number(process.env['BENCH_STARTS'] ?? 100);

if (!has('nats-server')) {
  console.error('bench: nats-server is needed, and is not here: apt-get install nats-server');
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'loadbot-bench-'));
/** Arrivals by path, in milliseconds. @type {Map<string, number[]>} */
const arrivals = new Map();
const server = createServer(({ url = '' }, response) => {
  arrivals.set(url, [...(arrivals.get(url) ?? []), performance.now()]);
  response.end();
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
const target = typeof address === 'object' ? address?.port : undefined;
const port = await freePort();
const nats = spawn('nats-server', ['--addr', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
const bus = ['--bus', `nats://127.0.0.1:${port}`];
await sleep(1000);
const writes = join(folder, 'writes');
writeFileSync(writes, '');
const recorder = pathToFileURL(fileURLToPath(new URL('record-writes.js', import.meta.url))).href;
/** @param {string[]} flags @param {Record<string, string>} [env] */
const start = (flags, env = {}) =>
  spawn(process.execPath, ['bin/loadbot-agent.js', ...flags, ...bus], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });

/** Times at which processes that only sleep wake up, by start. @returns {Promise<Map<number, number[]>>} */
async function wakeUps() {
  const script = fileURLToPath(new URL('waiting-process.js', import.meta.url));
  const firstMs = Number(process.hrtime.bigint()) / 1e6 + 2000;
  const outputs = await Promise.all(
    Array.from({ length: AGENTS }, async () => {
      const child = spawn(process.execPath, [script, String(firstMs), String(STARTS)]);
      let output = '';
      child.stdout.on('data', (chunk) => (output += chunk));
      await once(child, 'close');
      return /** @type {number[]} */ (JSON.parse(output));
    }),
  );
  return new Map(Array.from({ length: STARTS }, (_, n) => [n, outputs.map((times) => times[n] ?? NaN)]));
}

const agents = Array.from({ length: AGENTS }, (_, n) =>
  start(['start-agent', '--name', `agent-${n}`, '--port', '0', '--state', 'none'], {
    BENCH_WRITES: writes,
    NODE_OPTIONS: `--import=${recorder}`,
  }),
);
try {
  // A thread that ends records no more: a start that does not count follows.
  const jobs = Array.from({ length: STARTS + 1 }, (_, n) => ({
    type: 'read',
    name: `start-${n}`,
    connections: AGENTS,
    // One request of each agent.
    operations: AGENTS,
    http: { path: `/${n}` },
  }));
  const [file, out] = [join(folder, 'load.json'), join(folder, 'result.json')];
  writeFileSync(file, JSON.stringify({ connection_string: `http://127.0.0.1:${target}`, jobs }));
  const coordinator = start(['run', file, '--agents', String(AGENTS), '--out', out]);
  let errors = '';
  coordinator.stderr.on('data', (chunk) => (errors += chunk));
  const status = await new Promise((resolve) => coordinator.once('close', resolve));
  /** @param {Iterable<number[]>} starts */
  const skewsOf = (starts) =>
    [...starts].map((times) => Math.max(...times) - Math.min(...times)).toSorted((x, y) => x - y);
  arrivals.delete(`/${STARTS}`);
  if (arrivals.size !== STARTS) throw new Error(`the run ended with ${status}: ${errors}`);
  const { agents: results } = JSON.parse(readFileSync(out, 'utf8'));
  /** @type {Map<string, number[]>} */
  const released = new Map();
  for (const line of readFileSync(writes, 'utf8').trim().split('\n')) {
    const [path = '', ms] = line.split(' ');
    released.set(path, [...(released.get(path) ?? []), Number(ms)]);
  }
  released.delete(`/${STARTS}`);
  console.log(`${AGENTS} agents, ${STARTS} starts, load average ${loadavg()[0]?.toFixed(1)}`);
  const isWhole = [...released.values()].every(({ length }) => length === AGENTS);
  if (released.size !== STARTS || !isWhole) throw new Error('writes of the agents were not recorded');
  for (const [what, starts] of /** @type {const} */ ([
    ['agents wrote', released],
    ['server received', arrivals],
    ['sleeping processes woke up', await wakeUps()],
  ])) {
    const skews = skewsOf(starts.values());
    /** @param {number} share */
    const at = (share) => skews[Math.ceil(share * skews.length) - 1]?.toFixed(2);
    console.log(`${what}: p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`);
  }
  /** @param {string} key */
  const most = (key) =>
    (1000 * Math.max(...results.map((/** @type {Record<string, number>} */ agent) => agent[key] ?? 0))).toFixed(2);
  console.log(
    `most of an agent: bound of the clock ${most('clock_offset_bound_seconds')} ms, late ${most('started_late_seconds')} ms`,
  );
} finally {
  for (const agent of agents) agent.kill();
  nats.kill();
  server.close();
  rmSync(folder, { recursive: true });
}
