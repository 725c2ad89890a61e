import { describe, expect, onTestFinished, test } from 'vitest';
import { HttpServer, type HttpKind } from '../contract/driver/http-server.ts';
import { runWorkload } from './agent.ts';
import { startLatenessProbe } from './lateness.ts';

/** A delay of the machine beyond which the times of requests are not those of their schedule. */
const DELAYED_MS = 10;

async function start(kind: HttpKind): Promise<HttpServer> {
  const server = new HttpServer(kind, (_, answer) => void answer.end());
  await server.start();
  onTestFinished(() => server.stop());
  return server;
}

describe.each<HttpKind>(['http', 'h2c', 'h2'])('reconnecting, %s', (kind) => {
  test.each([
    ['request', { connections: 5, operations: 300 }, 300],
    [10, { connections: 1, operations: 300 }, 30],
    [7, { connections: 1, operations: 100 }, 15],
    ['200ms', { connections: 1, operations: 100, pace: 100 }, 5],
    [undefined, { connections: 5, operations: 300 }, 5],
  ])('%s', async (reconnect, job, connections) => {
    const server = await start(kind);
    const probe = await startLatenessProbe();
    const { status, result } = await runWorkload({
      connection_string: `${kind === 'h2' ? 'https' : 'http'}://127.0.0.1:${server.port}`,
      http: { version: kind === 'http' ? 1 : 2, ...(kind === 'h2' && { tls: { insecure_skip_verify: true } }) },
      threads: job.connections === 1 ? 1 : 2,
      jobs: [{ type: 'read', collection: 'c', http: { path: '/' }, reconnect, ...job }],
    });
    const { maxMs } = await probe.stop();
    expect(status).toBe(0);
    expect([result.jobs[0]?.requests, result.jobs[0]?.errors]).toEqual([job.operations, 0]);
    expect(server.seen).toHaveLength(job.operations);
    if (reconnect === '200ms' && maxMs > DELAYED_MS) {
      // A request that the machine delays prolongs the connection before it, and the run.
      const most = Math.floor((result.jobs[0]?.elapsed_seconds ?? NaN) / 0.2) + 1;
      expect(server.connections).toBeGreaterThan(1);
      expect(server.connections).toBeLessThanOrEqual(most);
    } else expect(server.connections).toBe(connections);
  });
});

test.each([
  [{ reconnect: 'iteration' }, 50],
  [{ reconnect: 'request' }, 100],
  [{ session: 'iteration' }, 50],
  [{}, 5],
])('a scenario with %j', async (fields, connections) => {
  const server = await start('http');
  const step = (name: string): object => ({ name, http: { method: 'GET', path: `/${name}` } });
  const { status, result } = await runWorkload({
    connection_string: `http://127.0.0.1:${server.port}`,
    threads: 2,
    jobs: [{ type: 'scenario', connections: 5, operations: 50, steps: [step('a'), step('b')], ...fields }],
  });
  expect(status).toBe(0);
  expect(result.jobs.every(({ errors }) => errors === 0)).toBe(true);
  expect(server.seen).toHaveLength(100);
  expect(server.connections).toBe(connections);
});
