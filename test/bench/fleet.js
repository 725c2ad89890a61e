#!/usr/bin/env node
// Measures the processor time that the coordinator of a large fleet needs: a real nats-server, a real `run --agents`, and
// agents that have a connection each and send the counts of 2,000 requests every second, but no load. Needs nats-server.
// Environment: BENCH_AGENTS (1000), BENCH_SECONDS (10).
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { has, secondsOf } from './machine.js';
import { freePort } from './nginx.js';

const AGENTS = Number(process.env['BENCH_AGENTS'] ?? 1000);
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 10);

if (!has('nats-server')) {
  console.error('bench: nats-server is needed, and is not here: apt-get install nats-server');
  process.exit(1);
}
const folder = mkdtempSync(join(tmpdir(), 'loadbot-bench-'));
const port = await freePort();
const nats = spawn('nats-server', ['--addr', '127.0.0.1', '--port', String(port)], { stdio: 'ignore' });
const bus = `nats://127.0.0.1:${port}`;
const agents = spawn(process.execPath, [join(import.meta.dirname, 'fleet-agents.js'), bus, String(AGENTS)], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
/** Lines that the process of the agents has written. */
let written = '';
agents.stdout.on('data', (chunk) => (written += chunk));

/** @param {string} line */
async function writes(line) {
  while (!written.includes(line)) {
    if (agents.exitCode !== null) throw new Error(`the agents ended with ${agents.exitCode}: ${written}`);
    await sleep(20);
  }
}

try {
  await writes('ready');
  const workload = {
    connection_string: 'http://127.0.0.1:1',
    // Longer than the measurement.
    jobs: [{ type: 'read', name: 'reads', connections: AGENTS, pace: 2000 * AGENTS, duration: `${SECONDS + 5}s` }],
  };
  workload.jobs = workload.jobs.map((job) => ({ ...job, http: { path: '/' } }));
  const [file, result] = [join(folder, 'load.json'), join(folder, 'result.json')];
  writeFileSync(file, JSON.stringify(workload));
  const coordinator = spawn(
    process.execPath,
    [
      ...(process.env['BENCH_NODE_FLAGS']?.split(' ') ?? []),
      'bin/loadbot-agent.js',
      'run',
      file,
      '--quiet',
      '--agents',
      String(AGENTS),
      '--bus',
      bus,
      '--out',
      result,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let errors = '';
  coordinator.stderr.on('data', (chunk) => (errors += chunk));
  const ended = new Promise((resolve) => coordinator.once('close', resolve));
  await Promise.race([writes('started'), ended]);
  await Promise.race([sleep(1000), ended]);
  if (coordinator.exitCode !== null) throw new Error(`the run has ended: ${errors}`);
  const processes = { coordinator, 'nats-server': nats, agents };
  const read = () => Object.values(processes).map(({ pid }) => secondsOf(pid ?? 0));
  const [before, startMs] = [read(), performance.now()];
  await sleep(SECONDS * 1000);
  const [after, seconds] = [read(), (performance.now() - startMs) / 1000];
  const shares = Object.keys(processes).map((name, index) => {
    const share = ((after[index] ?? 0) - (before[index] ?? 0)) / seconds;
    return `${name} ${(100 * share).toFixed(1)} % of a core`;
  });
  const status = await ended;
  await writes('ended');
  const { jobs } = JSON.parse(readFileSync(result, 'utf8'));
  const [, sent = 0] = /ended (\d+)/.exec(written) ?? [];
  const [, p50, p99] = /answered p50 ([\d.]+) p99 ([\d.]+)/.exec(written) ?? [];
  console.log(`${AGENTS} agents, ${SECONDS} s, load average ${loadavg()[0]?.toFixed(1)}: ${shares.join(', ')}`);
  console.log(`answers to agents: p50 ${p50} ms, p99 ${p99} ms; ${jobs[0].requests} of ${sent} requests counted`);
  if (jobs[0].requests !== Number(sent)) throw new Error(`counts are missing; the run ended with ${status}: ${errors}`);
} finally {
  agents.kill();
  nats.kill();
  rmSync(folder, { recursive: true });
}
