import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { HttpServer, type HttpKind } from '../contract/driver/http-server.ts';
import { runWorkload } from './agent.ts';

async function start(kind: HttpKind, handler: ConstructorParameters<typeof HttpServer>[1]): Promise<HttpServer> {
  const server = new HttpServer(kind, handler);
  await server.start();
  onTestFinished(() => server.stop());
  return server;
}

test.each<HttpKind>(['http', 'h2c'])('users log in by a redirect and stay logged in, %s', async (kind) => {
  const requestsOf = new Map<string, number>();
  const identity = await start(kind, ({ headers }, answer) => {
    const leaked = headers['cookie'] !== undefined || headers['authorization'] !== undefined;
    const sid = randomUUID();
    requestsOf.set(sid, 0);
    const location = `http://127.0.0.1:${shop.port}/welcome`;
    answer.writeHead(leaked ? 400 : 302, { location, 'set-cookie': `sid=${sid}; Path=/; HttpOnly` });
    answer.end();
  });
  const shop = await start(kind, ({ headers }, answer) => {
    const sid = /\bsid=([^;]+)/.exec(headers['cookie']?.toString() ?? '')?.[1];
    if (sid === undefined) answer.writeHead(302, { location: `http://127.0.0.1:${identity.port}/login` });
    else requestsOf.set(sid, requestsOf.get(sid)! + 1);
    answer.end();
  });
  const { status, result } = await runWorkload({
    connection_string: `http://127.0.0.1:${shop.port}`,
    threads: 2,
    http: { version: kind === 'http' ? 1 : 2, cookies: true, redirects: 4, auth: { bearer: 'shop-token' } },
    jobs: [{ type: 'read', collection: 'c', connections: 6, operations: 600, http: { path: '/account' } }],
  });
  expect(status).toBe(0);
  const [job] = result.jobs;
  expect([job?.requests, job?.errors]).toEqual([600, 0]);
  // Each of the 6 users is sent to log in once: two redirects.
  expect(job?.responses_by_status).toEqual({ '200': 600, '302': 12 });
  expect([...requestsOf.values()].reduce((sum, count) => sum + count, 0)).toBe(600);
  expect(requestsOf.size).toBe(6);
  expect(identity.seen).toHaveLength(6);
  expect(shop.seen).toHaveLength(606);
  expect([shop.connections, identity.connections]).toEqual([6, 6]);
});

test('a loop of redirects fails with the class protocol and its reason', async () => {
  const server = await start('http', (_, answer) => {
    answer.writeHead(302, { location: '/' });
    answer.end();
  });
  const { status, stdout, result } = await runWorkload({
    connection_string: `http://127.0.0.1:${server.port}`,
    jobs: [
      { type: 'read', collection: 'c', operations: 10, http: { path: '/', redirects: 2 }, thresholds: ['errors == 0'] },
    ],
  });
  expect(status).toBe(99);
  expect(result.jobs[0]?.errors_by_class.protocol).toBe(10);
  expect(result.jobs[0]?.responses_by_status).toEqual({ '302': 30 });
  expect(stdout).toContain('the server sent more than 2 redirects (http.redirects)');
  expect(server.seen).toHaveLength(30);
});
