import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { Agent, type Ended, loadbot, scratchFile, workloadFile } from './agent.ts';
import { prioritizeProcesses } from './cpu-priority.ts';

// A probe that other processes delay is invalid.
prioritizeProcesses();

const SLOTS = 4;
const SERVICE_MS = 100;
/** Requests per second that the server can answer. */
const CAPACITY = (SLOTS / SERVICE_MS) * 1000;

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that works on a fixed number of requests at a time, each for a fixed time; others wait in order. */
async function startServer(): Promise<{ readonly url: string; readonly writes: () => number }> {
  const freeAt = Array.from({ length: SLOTS }, () => 0);
  let writes = 0;
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === 'POST') {
      writes++;
      response.writeHead(201).end();
      return;
    }
    const slot = freeAt.indexOf(Math.min(...freeAt));
    const nowMs = performance.now();
    const doneMs = Math.max(nowMs, freeAt[slot] ?? 0) + SERVICE_MS;
    freeAt[slot] = doneMs;
    setTimeout(() => response.end('{}'), doneMs - nowMs);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, writes: () => writes };
}

const reads = { name: 'reads', type: 'read', collection: 'users', connections: 64, thresholds: ['p(95) < 200ms'] };

function search(workload: object, ...args: readonly string[]): Promise<Ended> {
  return loadbot(['search', workloadFile(workload), '--probe', '1s', ...args]);
}

interface Found {
  readonly pace: number | null;
  readonly failing_pace: number | null;
  readonly probes: readonly { readonly pace: number; readonly verdict: string; readonly requests: number }[];
}

test('finds the capacity of a server within the precision', { retry: 4 }, async () => {
  const { url, writes } = await startServer();
  const path = scratchFile('json');
  const fill = { name: 'fill', type: 'write', collection: 'users', operations: 50 };
  const later = { name: 'later', type: 'read', collection: 'users', operations: 1, thresholds: ['count > 5'] };
  const workload = { connection_string: url, jobs: [fill, reads, later] };
  const args = ['--job', 'reads', '--from', '20/s', '--probe', '2s', '--precision', '10%', '--output', path];
  const { status, stdout, stderr } = await search(workload, ...args);
  expect(status, stderr + stdout).toBe(0);
  // The jobs before it ran once, those after it never.
  expect(writes()).toBe(50);
  const { pace, failing_pace: failing, probes } = JSON.parse(readFileSync(path, 'utf8')) as Found;
  if (pace === null || failing === null) throw new Error(stdout);
  // A pace above the capacity by 5.3 % has a queue of 100 ms after 95 % of 2 s.
  expect(pace).toBeGreaterThan(CAPACITY * 0.85);
  expect(pace).toBeLessThan(CAPACITY * 1.08);
  expect(failing).toBeGreaterThan(pace);
  expect(failing).toBeLessThanOrEqual(pace * 1.1 + 0.1);
  expect(probes[0]).toMatchObject({ pace: 20, verdict: 'holds', requests: 40 });
  const lines = stdout.trimEnd().split('\n');
  expect(lines[0]).toMatch(/^ +pace +p50 +p99 +errors +verdict$/);
  expect(lines[1]).toMatch(/^ +20\.0\/s +\d\S+ +- +0 +holds$/);
  expect(lines).toContainEqual(expect.stringMatching(/80\.0\/s .* fails: p\(95\) < 200ms: /));
  expect(lines.at(-1)).toMatch(/^highest pace: \d+\.\d\/s \(\d+\.\d\/s does not hold\)/);
});

test('exits with 99 when not even the first pace holds', async () => {
  const { url } = await startServer();
  const job = { ...reads, http: { path: '/' } };
  const { status, stdout } = await search({ connection_string: url, jobs: [job] }, '--from', '1000/s');
  expect(status).toBe(99);
  expect(stdout).toContain('not even 1,000/s holds');
});

test('ends with the highest pace that --to allows, and prints JSON alone on standard output', async () => {
  const { url } = await startServer();
  const job = { ...reads, http: { path: '/' }, thresholds: ['errors == 0'] };
  const args = ['--from', '10', '--to', '1200/m', '--output', '-'];
  const { status, stdout, stderr } = await search({ connection_string: url, jobs: [job] }, ...args);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ kind: 'loadbot_search', pace: 20, failing_pace: null, job: 'reads' });
  expect(stderr).toContain('highest pace: 20.0/s (the highest pace that --to allows)');
});

test('runs the jobs before it in each probe of the built-in store', async () => {
  const fill = { name: 'fill', type: 'write', collection: 'users', operations: 50 };
  const job = { ...reads, thresholds: ['miss_rate == 0'] };
  const workload = { connection_string: 'embedded:', jobs: [fill, job] };
  const { status, stdout } = await search(workload, '--job', 'reads', '--from', '50/s', '--to', '100/s');
  expect(status, stdout).toBe(0);
  expect(stdout).toContain('highest pace: 100.0/s');
});

test('stops at a signal', async () => {
  const { url } = await startServer();
  const job = { ...reads, http: { path: '/' } };
  const agent = new Agent([
    'search',
    workloadFile({ connection_string: url, jobs: [job] }),
    '--from',
    '20/s',
    '--probe',
    '1s',
  ]);
  await agent.sees(/0 +holds/); // the row of the first probe
  agent.child.kill('SIGINT');
  const { status, stderr } = await agent.ended;
  expect(status).toBe(105);
  expect(stderr).toContain('stopped before there was an answer');
});

test.each([
  [['--from', '0'], '--from must be a pace such as 100/s or 6000/m, not "0"'],
  [['--from', '10/s', '--to', '5/s'], '--to must not be below --from, 10/s'],
  [['--probe', '10'], '--probe must be a duration of 1s or more, not "10"'],
  [['--precision', '90%'], '--precision must be a share from 1% to 50%, not "90%"'],
  [['--job', 'rads'], 'no job has the name "rads"'],
  [[], 'the workload has several jobs'],
])('refuses %j', async (args, message) => {
  const jobs = [
    { ...reads, http: { path: '/' } },
    { name: 'other', type: 'read', http: { path: '/' } },
  ];
  const file = workloadFile({ connection_string: 'http://127.0.0.1:9', jobs });
  const { status, stderr } = await loadbot(['search', file, ...args]);
  expect(status).toBe(104);
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain(message);
});
