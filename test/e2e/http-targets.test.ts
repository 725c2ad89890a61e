import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HttpServer, type HttpKind, type SeenRequest } from '../contract/driver/http-server.ts';
import { loadbot, runWorkload, workloadFile } from './agent.ts';

async function start(kind: HttpKind): Promise<HttpServer> {
  const server = new HttpServer(kind, (_, answer) => void answer.end('{}'));
  await server.start();
  onTestFinished(() => server.stop());
  return server;
}

const urlsOf = ({ seen }: HttpServer): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { url } of seen) counts[url] = (counts[url] ?? 0) + 1;
  return counts;
};

const valuesOf = (seen: readonly SeenRequest[], name: string): unknown[] => [
  ...new Set(seen.map(({ headers }) => headers[name])),
];

describe.each<HttpKind>(['http', 'h2c'])('further hosts, %s', (kind) => {
  test('receive the requests that name them, over one connection for each session, with their own credentials', async () => {
    const [shop, auth, search] = await Promise.all([start(kind), start(kind), start(kind)]);
    const { status, result } = await runWorkload({
      connection_string: `http://shop:secret1@127.0.0.1:${shop.port}/v1`,
      targets: {
        auth: `http://user:secret2@127.0.0.1:${auth.port}/base/`,
        search: `http://127.0.0.1:${search.port}`,
      },
      threads: 2,
      http: { version: kind === 'http' ? 1 : 2, headers: { 'x-tenant': 'acme', cookie: 'shop=1' } },
      jobs: [
        {
          type: 'mixed',
          connections: 5,
          operations: 500,
          mixed: [
            { name: 'shop', type: 'read', weight: 2, http: { path: '/items' } },
            { name: 'token', type: 'read', weight: 2, http: { target: 'auth', path: '/token' } },
            { name: 'search', type: 'read', http: { target: 'search', path: '/q', auth: { bearer: 'own' } } },
          ],
        },
        {
          name: 'login',
          type: 'read',
          collection: 'c',
          connections: 3,
          operations: 30,
          http: { target: 'auth', path: '/login' },
        },
        {
          name: 'users',
          type: 'scenario',
          connections: 2,
          operations: 20,
          steps: [
            { name: 'in', http: { target: 'auth', method: 'POST', path: '/in' } },
            { name: 'buy', http: { method: 'POST', path: '/buy' } },
          ],
        },
      ],
    });
    expect(status).toBe(0);
    expect(result.jobs.every(({ errors }) => errors === 0)).toBe(true);
    expect(urlsOf(shop)).toEqual({ '/v1/items': 200, '/v1/buy': 20 });
    expect(urlsOf(auth)).toEqual({ '/base/token': 200, '/base/login': 30, '/base/in': 20 });
    expect(urlsOf(search)).toEqual({ '/q': 100 });
    // Each of 5 sessions has one to each; the job that uses only `auth` opens none to the shop.
    expect([shop.connections, auth.connections, search.connections]).toEqual([5 + 2, 5 + 3 + 2, 5]);
    const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
    expect(valuesOf(shop.seen, 'authorization')).toEqual([basic('shop:secret1')]);
    expect(valuesOf(auth.seen, 'authorization')).toEqual([basic('user:secret2')]);
    expect(valuesOf(search.seen, 'authorization')).toEqual(['Bearer own']);
    expect(valuesOf(auth.seen, 'cookie')).toEqual([undefined]);
    for (const { seen } of [shop, auth, search]) expect(valuesOf(seen, 'x-tenant')).toEqual(['acme']);
    expect(JSON.stringify(result)).not.toMatch(/secret[12]/);
  });
});

test('connect_to changes where sockets connect to, not host, SNI and verification', async () => {
  const server = await start('https');
  const { status } = await runWorkload({
    connection_string: 'https://localhost:443',
    http: {
      connect_to: { 'localhost:443': `127.0.0.1:${server.port}` },
      tls: { ca: new URL('../certificates/ca.pem', import.meta.url).pathname },
    },
    jobs: [{ type: 'read', collection: 'c', connections: 2, operations: 20, http: { path: '/' } }],
  });
  expect(status).toBe(0);
  expect(server.seen).toHaveLength(20);
  expect(valuesOf(server.seen, 'host')).toEqual(['localhost']);
});

test('connections come from the local addresses in turn', async () => {
  const from: string[] = [];
  const server = createServer((_, response) => response.end());
  server.on('connection', ({ remoteAddress }) => from.push(String(remoteAddress)));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => server.closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const local = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
  const { status } = await runWorkload({
    connection_string: `http://localhost:${port}`,
    http: { local_addresses: local },
    jobs: [{ type: 'read', collection: 'c', connections: 9, operations: 90, http: { path: '/' } }],
  });
  server.close();
  expect(status).toBe(0);
  expect(from.toSorted()).toEqual(local.flatMap((address) => [address, address, address]).toSorted());
});

test('an address that the machine does not have is reported with its name', async () => {
  const file = workloadFile({
    connection_string: 'http://127.0.0.1:9',
    jobs: [
      {
        type: 'read',
        collection: 'c',
        operations: 1,
        http: { path: '/', local_addresses: ['127.0.0.1', '192.0.2.7'] },
      },
    ],
  });
  const { status, stderr } = await loadbot(['run', file]);
  expect(status).toBe(104);
  expect(stderr).toContain('192.0.2.7 of `http.local_addresses` is not an address of this machine');
});
