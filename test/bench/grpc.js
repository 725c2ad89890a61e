#!/usr/bin/env node
// `npm run bench:grpc`: client CPU time of a unary gRPC call, beside ghz if it is on this machine, in turns, in one run. The
// server is that of `.ci/build-grpc-server`, on a core of its own; it counts the calls. The start is subtracted: the CPU time
// and the calls of a short run from those of a long one. BENCH_ROUNDS and BENCH_CALLS set the number of rounds, and
// the calls of the short run.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { has, MACHINE, measure, median, onCore, pinned } from './machine.js';
import { freePort } from './nginx.js';

const CONNECTIONS = 50;
const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 3);
const CALLS = Number(process.env['BENCH_CALLS'] ?? 10_000);
/** Calls of the long run, in those of the short one. */
const LONG = 5;
const METHOD = 'grpc.testing.TestService/UnaryCall';
const MESSAGE = { response_size: 64, payload: { body: Buffer.alloc(64).toString('base64') } };

const BIN = fileURLToPath(new URL('../../bin/loadbot-agent.js', import.meta.url));
process.env['PATH'] += `:${join(homedir(), 'go', 'bin')}`;
const scratch = mkdtempSync(join(tmpdir(), 'loadbot-bench-grpc-'));
const address = `127.0.0.1:${await freePort()}`;

/** @typedef {{ name: string, argv: (calls: number) => string[] }} Client */

/** @type {Client} */
const OURS = {
  name: 'loadbot-agent',
  argv: (calls) => {
    const job = { type: 'read', connections: CONNECTIONS, operations: calls };
    const workload = {
      connection_string: `grpc://${address}`,
      driver_options: { reflection: true },
      jobs: [{ name: 'bench', ...job, command: { method: METHOD, message: MESSAGE } }],
    };
    const file = join(scratch, 'workload.json');
    writeFileSync(file, JSON.stringify(workload));
    return [process.execPath, BIN, 'run', file, '--quiet', '--allow_invalid'];
  },
};

/** @type {Client} */
const GHZ = {
  name: 'ghz',
  argv: (calls) => [
    'ghz',
    '--insecure',
    '--call',
    METHOD,
    '--data',
    JSON.stringify(MESSAGE),
    '--concurrency',
    `${CONNECTIONS}`,
    '--connections',
    `${CONNECTIONS}`,
    '--total',
    `${calls}`,
    address,
  ],
};

if (!has('grpc-go-server')) {
  console.error('bench: the server under load is not here: run .ci/build-grpc-server');
  process.exit(1);
}
if (!has('ghz')) console.log('skipped: ghz is not on this machine (go install github.com/bojand/ghz/cmd/ghz@v0.93.0)');
const clients = has('ghz') ? [OURS, GHZ] : [OURS];
const countsUrl = `http://127.0.0.1:${await freePort()}`;
const [command, args] = onCore(1, ['grpc-go-server', '-listen', address, '-counts', countsUrl.slice('http://'.length)]);
const server = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
try {
  await compare();
} finally {
  server.kill('SIGTERM');
  rmSync(scratch, { recursive: true });
}

async function compare() {
  console.log(MACHINE);
  console.log(
    `${CONNECTIONS} connections to grpc-go on loopback, ${pinned ? 'server and client on a core each' : 'not pinned'}, ` +
      `${CALLS * LONG} less ${CALLS} calls, ${ROUNDS} rounds in turns, load ${load()} at the start`,
  );
  /** @type {Map<Client, number[]>} calls per CPU-second of the rounds */
  const rates = new Map(clients.map((client) => [client, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const [client, all] of rates) {
      const short = await cpuSeconds(client, CALLS);
      const long = await cpuSeconds(client, CALLS * LONG);
      all.push((CALLS * (LONG - 1)) / (long - short));
    }
  const owns = rates.get(OURS) ?? [];
  for (const [client, all] of rates) {
    const ratios = all.map((rate, round) => (owns[round] ?? 0) / rate);
    const ratio = client === OURS ? '' : `; loadbot-agent: ${median(ratios).toFixed(2)} x (rounds: ${list(ratios)})`;
    console.log(`${client.name}: ${Math.round(median(all)).toLocaleString('en-US')} calls per CPU-second${ratio}`);
  }
  console.log(`load ${load()} at the end`);
}

/**
 * CPU time of a run whose calls the server has counted.
 * @param {Client} client @param {number} calls
 */
async function cpuSeconds(client, calls) {
  const before = await counted();
  const { output, cpuSeconds: seconds } = await measure(client.argv(calls));
  const arrived = (await counted()) - before;
  if (arrived !== calls) throw new Error(`${client.name}: ${arrived} of ${calls} calls arrived:\n${output}`);
  return seconds;
}

/** Calls that the server has received. */
async function counted() {
  for (let tries = 0; ; tries++) {
    try {
      /** @type {{ calls: Record<string, number> }} */
      const { calls } = JSON.parse(await (await fetch(countsUrl)).text());
      return calls[`/${METHOD}`] ?? 0;
    } catch (error) {
      if (tries > 50) throw error;
      await sleep(100);
    }
  }
}

function load() {
  return loadavg()[0]?.toFixed(1);
}

/** @param {number[]} ratios */
function list(ratios) {
  return ratios.map((ratio) => ratio.toFixed(2)).join(', ');
}
