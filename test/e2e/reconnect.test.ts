import { describe, expect, onTestFinished, test } from 'vitest';
import { HttpServer, type HttpKind } from '../contract/driver/http-server.ts';
import { runWorkload } from './agent.ts';

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
    const { status, result } = await runWorkload({
      connection_string: `${kind === 'h2' ? 'https' : 'http'}://127.0.0.1:${server.port}`,
      http: { version: kind === 'http' ? 1 : 2, ...(kind === 'h2' && { tls: { insecure_skip_verify: true } }) },
      threads: job.connections === 1 ? 1 : 2,
      jobs: [{ type: 'read', collection: 'c', http: { path: '/' }, reconnect, ...job }],
    });
    expect(status).toBe(0);
    expect([result.jobs[0]?.requests, result.jobs[0]?.errors]).toEqual([job.operations, 0]);
    expect(server.seen).toHaveLength(job.operations);
    expect(server.connections).toBe(connections);
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
