#!/usr/bin/env node
// Measures how far apart the agents of a fleet on this machine start a job: the times at which a server receives the first
// request of each agent. Real agents, a real nats-server and a real `run --agents`. Needs nats-server.
// Environment: BENCH_AGENTS (4), BENCH_STARTS (100).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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
/** @param {string[]} flags */
const start = (flags) =>
  spawn(process.execPath, ['bin/loadbot-agent.js', ...flags, ...bus], { stdio: ['ignore', 'ignore', 'pipe'] });
const agents = Array.from({ length: AGENTS }, (_, n) =>
  start(['start-agent', '--name', `agent-${n}`, '--port', '0', '--state', 'none']),
);
try {
  const jobs = Array.from({ length: STARTS }, (_, n) => ({
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
  const skews = [...arrivals.values()]
    .map((times) => Math.max(...times) - Math.min(...times))
    .toSorted((a, b) => a - b);
  if (skews.length !== STARTS) throw new Error(`the run ended with ${status}: ${errors}`);
  const { agents: results } = JSON.parse(readFileSync(out, 'utf8'));
  /** @param {number} share */
  const at = (share) => skews[Math.ceil(share * STARTS) - 1]?.toFixed(2);
  /** @param {string} key */
  const most = (key) =>
    (1000 * Math.max(...results.map((/** @type {Record<string, number>} */ agent) => agent[key] ?? 0))).toFixed(2);
  console.log(
    `${AGENTS} agents, ${STARTS} starts, load average ${loadavg()[0]?.toFixed(1)}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms`,
  );
  console.log(
    `most of an agent: bound of the clock ${most('clock_offset_bound_seconds')} ms, late ${most('started_late_seconds')} ms`,
  );
} finally {
  for (const agent of agents) agent.kill();
  nats.kill();
  server.close();
  rmSync(folder, { recursive: true });
}
