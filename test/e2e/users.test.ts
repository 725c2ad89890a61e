import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { runWorkload } from './agent.ts';
import { startLatenessProbe } from './lateness.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

interface Seen {
  readonly url: string;
  /** Arrivals of requests in milliseconds, by connection, in the order of their first request. */
  readonly arrivals: Map<Socket, number[]>;
  readonly firstByPath: Map<string, number>;
}

/** A real server; @param delayOf latency in milliseconds of the n-th connection */
async function startServer(delayOf: (connection: number) => number): Promise<Seen> {
  const arrivals = new Map<Socket, number[]>();
  const firstByPath = new Map<string, number>();
  const server = createServer((request, response) => {
    const { socket, url = '' } = request;
    const nowMs = performance.now();
    if (!firstByPath.has(url)) firstByPath.set(url, nowMs);
    const seen = arrivals.get(socket) ?? [];
    arrivals.set(socket, seen);
    seen.push(nowMs);
    setTimeout(() => response.end('{}'), delayOf([...arrivals.keys()].indexOf(socket)));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, arrivals, firstByPath };
}

const get = { type: 'read', http: { path: '/a' } };

test('a ramp starts and retires users by the clock, each over its connection', async () => {
  const { url, arrivals } = await startServer(() => 10);
  const users = [
    { duration: '2s', users: 4 },
    { duration: '500ms', users: 4 },
    { duration: '2s', users: 0 },
  ];
  const probe = await startLatenessProbe();
  const { status, stderr, result } = await runWorkload({ connection_string: url, jobs: [{ ...get, users }] }, [
    '--threads',
    '2',
    '--allow_invalid',
  ]);
  const { maxMs } = await probe.stop();
  expect(status, stderr).toBe(0);
  expect(result.jobs[0]).toMatchObject({ errors: 0, aborted: 0, connections: 4 });
  const spans = [...arrivals.values()].map((times) => [times[0] ?? NaN, times.at(-1) ?? NaN] as const);
  expect(spans).toHaveLength(4);
  const began = spans.map(([first]) => first).toSorted((a, b) => a - b);
  const ended = spans.map(([, last]) => last).toSorted((a, b) => a - b);
  // Starts at 0.5, 1, 1.5 and 2 s; ends at 3, 3.5, 4 and 4.5 s, within the delays of the machine.
  for (const [index, ms] of [0, 500, 1000, 1500].entries()) {
    expect(Math.abs((began[index] ?? NaN) - (began[0] ?? NaN) - ms)).toBeLessThan(250 + maxMs);
    expect(Math.abs((ended[index] ?? NaN) - (began[0] ?? NaN) - 2500 - ms)).toBeLessThan(250 + maxMs);
  }
});

test('each user does its own number of operations, however fast its responses are', async () => {
  const { url, arrivals } = await startServer((connection) => (connection === 0 ? 50 : 2));
  const { status, stderr, result } = await runWorkload(
    { connection_string: url, jobs: [{ ...get, connections: 5, operations_per_user: 7 }] },
    ['--threads', '2', '--allow_invalid'],
  );
  expect(status, stderr).toBe(0);
  expect(result.jobs[0]).toMatchObject({ ok: 35, errors: 0 });
  expect([...arrivals.values()].map((times) => times.length)).toEqual([7, 7, 7, 7, 7]);
});

test('a job of a parallel group starts later by `start_after`', async () => {
  const { url, firstByPath } = await startServer(() => 1);
  const first = { ...get, pace: 20, duration: '5s' };
  const later = { ...first, http: { path: '/b' }, duration: '500ms', start_after: '1s' };
  const { status, stderr } = await runWorkload({ connection_string: url, jobs: [{ parallel: [first, later] }] }, [
    '--allow_invalid',
  ]);
  expect(status, stderr).toBe(0);
  const delayMs = (firstByPath.get('/b') ?? NaN) - (firstByPath.get('/a') ?? NaN);
  // A busy machine delays the first request of each: without `start_after` they are at once, after the first job 5 s apart.
  expect(delayMs).toBeGreaterThan(500);
  expect(delayMs).toBeLessThan(5000);
});
