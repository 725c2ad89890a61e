import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Ended, loadbot, scratchFile, workloadFile } from './agent.ts';

const TOKEN = 'ab12cd34ef56';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Shop {
  readonly url: string;
  /** Requests in order, with the authorization that they carried. */
  readonly requests: string[];
}

/** A shop with a login: everything else requires its token. */
async function startShop(): Promise<Shop> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const { method = '', url = '', headers } = request;
    requests.push(`${method} ${url} ${headers.authorization ?? '-'}`);
    const answer = (status: number, body: unknown): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url === '/login') return answer(200, { token: TOKEN, user: 'ann' });
    if (headers.authorization !== `token ${TOKEN}`) return answer(401, { error: 'log in first' });
    if (url === '/items') return answer(200, { items: [{ id: 7, text: 'x'.repeat(600) }] });
    if (url === '/items/7') return answer(200, { id: 7, stars: 3 });
    return answer(404, { error: 'nothing there' });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const authorization = { authorization: 'token #login.token' };

function scenario(more: readonly object[] = []): object {
  return {
    name: 'shop',
    type: 'scenario',
    connections: 20,
    pace: 100,
    duration: '10m',
    warm_up: '1m',
    before: [
      { name: 'login', http: { method: 'POST', path: '/login' }, capture: { token: '$.token', user: '$.user' } },
    ],
    steps: [
      {
        name: 'list',
        repeat: 5,
        think_time: '30s',
        http: { path: '/items', headers: authorization },
        capture: { id: '$.items[0].id' },
        expect: { name: 'has items', json: { '$.items': { length: '> 0' } } },
      },
      {
        one_of: [
          { steps: [{ name: 'look', chance: 0.01, http: { path: '/items/#list.id', headers: authorization } }] },
          {
            steps: [
              {
                name: 'look again',
                http: { path: '/items/#list.id?again', headers: authorization },
                expect: { status: 404 },
              },
            ],
          },
        ],
      },
      ...more,
    ],
  };
}

function tryIt(url: string, jobs: readonly object[], ...args: readonly string[]): Promise<Ended> {
  return loadbot(['try', workloadFile({ connection_string: url, threads: 2, jobs }), ...args]);
}

/** The blocks of the output, with times as `T`. */
function blocksOf({ stdout }: Ended): string[][] {
  return stdout
    .trimEnd()
    .split('\n\n')
    .map((block) => block.replaceAll(/ in [\d.]+[µm]?s,/g, ' in T,').split('\n'));
}

test('sends each request of a scenario once, and shows its captured values and checks', async () => {
  const { url, requests } = await startShop();
  const ended = await tryIt(url, [scenario()]);
  expect(ended.status, ended.stderr + ended.stdout).toBe(0);
  expect(requests).toEqual([
    'POST /login -',
    `GET /items token ${TOKEN}`,
    `GET /items/7 token ${TOKEN}`,
    `GET /items/7?again token ${TOKEN}`,
  ]);
  const [login, list, look, again, total] = blocksOf(ended);
  expect(login).toEqual([
    'shop · login',
    '  POST /login',
    '  200 in T, 37 B',
    '  captured token = *** (12 characters)',
    '  captured user = ann',
    '  | {"token":"***","user":"ann"}',
  ]);
  expect(list?.slice(0, 5)).toEqual([
    'shop · list',
    '  GET /items',
    '  200 in T, 630 B',
    '  captured id = 7',
    '  check passed: has items',
  ]);
  // The first 500 characters of the body.
  expect(list?.[5]).toMatch(/^ {2}\| \{"items":\[\{"id":7,"text":"x+\.\.\.$/);
  expect(list?.[5]).toHaveLength('  | '.length + 500 + '...'.length);
  expect(look).toEqual(['shop · look', '  GET /items/7', '  200 in T, 18 B', '  | {"id":7,"stars":3}']);
  expect(again?.slice(0, 3)).toEqual(['shop · look again', '  GET /items/7?again', '  404 in T, 25 B']);
  expect(total).toEqual(['4 requests: ok']);
  expect(ended.stdout + ended.stderr).not.toContain(TOKEN);
  const full = await tryIt(url, [scenario()], '--full');
  expect(full.stdout).toContain(`"${'x'.repeat(600)}"`);
});

test('reports failed checks, captures and statuses, and the steps that were not sent', async () => {
  const { url, requests } = await startShop();
  const more = [
    {
      name: 'stars',
      http: { path: '/items/7', headers: authorization },
      capture: { price: '$.price' },
      expect: { json: { '$.stars': 5, '$.id': 7 } },
    },
    { name: 'never', http: { path: '/never', headers: authorization } },
  ];
  const ended = await tryIt(url, [scenario(more)]);
  expect(ended.status, ended.stderr + ended.stdout).toBe(99);
  expect(requests).toHaveLength(5);
  const blocks = blocksOf(ended);
  expect(blocks[4]?.slice(2, 6)).toEqual([
    '  200 in T, 18 B',
    '  capture failed: capture price: $.price is absent',
    '  check failed: $.stars: expected 5, got 3',
    '  check passed: $.id',
  ]);
  expect(blocks[5]).toEqual(['not sent: shop · never', '5 requests: failed']);
});

test('tries the operations of other jobs in order, or one job alone', async () => {
  const { url, requests } = await startShop();
  const jobs = [
    {
      name: 'pages',
      type: 'mixed',
      connections: 5,
      pace: 10,
      duration: '1h',
      mixed: [
        { name: 'sign in', type: 'read', weight: 99, http: { path: '/login' } },
        { name: 'denied', type: 'read', weight: 1, http: { path: '/items' } },
      ],
    },
    { type: 'sleep', duration: '1h' },
    { name: 'other', type: 'write', operations: 1000, http: { method: 'POST', path: '/login?key=hidden12' } },
  ];
  const ended = await tryIt(url, jobs);
  expect(ended.status, ended.stderr + ended.stdout).toBe(99);
  expect(requests).toEqual(['GET /login -', 'GET /items -', 'POST /login?key=hidden12 -']);
  const [, denied, other] = blocksOf(ended);
  expect(denied?.[0]).toBe('pages · denied');
  expect(denied?.[2]).toMatch(/^ {2}401 in T, 24 B: failed \(status_4xx\)/);
  expect(denied?.at(-1)).toBe('  | {"error":"log in first"}');
  expect(other?.slice(0, 2)).toEqual(['other', '  POST /login?key=***']);
  requests.length = 0;
  const alone = await tryIt(url, jobs, '--job', 'pages');
  expect(alone.status).toBe(99);
  expect(requests).toEqual(['GET /login -', 'GET /items -']);
});

test('refuses an unknown job, and reports an unreachable server', async () => {
  const { url } = await startShop();
  const unknown = await tryIt(url, [scenario()], '--job', 'shops');
  expect(unknown.status).toBe(104);
  expect(unknown.stderr).toContain('no job has the name "shops"');
  expect(unknown.stderr).toContain('--job is one of "shop"');
  const nowhere = await tryIt('http://127.0.0.1:1', [
    { name: 'reads', type: 'read', duration: '1s', http: { path: '/' } },
  ]);
  expect(nowhere.status).toBe(99);
  expect(nowhere.stdout).toMatch(/reads\n {2}GET \/\n {2}no response in [\d.]+[µm]?s, 0 B: failed \(refused\): /);
});

test('shows the values that functions of steps return and set, without secrets', async () => {
  const { url, requests } = await startShop();
  const functions = scratchFile('mjs');
  const sign = `({ vars }) => { vars.count += 2; return { page: [vars.count], access_token: '${TOKEN}' }; }`;
  writeFileSync(functions, `export const sign = ${sign};\nexport const fail = () => ({ when: new Date() });`);
  const steps = [
    { name: 'signed', function: 'sign' },
    { name: 'look', http: { path: '/items/7', headers: { authorization: 'token #signed.access_token' } } },
    { name: 'wrong', function: 'fail' },
  ];
  const job = { name: 'shop', type: 'scenario', duration: '1m', variables: { count: 1 }, steps };
  const workload = { connection_string: url, functions, jobs: [job] };
  const ended = await loadbot(['try', workloadFile(workload), '--allow_functions']);
  expect(ended.status, ended.stderr + ended.stdout).toBe(99);
  expect(requests).toEqual([`GET /items/7 token ${TOKEN}`]);
  const [signed, look, end] = blocksOf(ended);
  expect(signed).toEqual([
    'shop · signed',
    '  function sign',
    '  returned page = [3]',
    '  returned access_token = *** (12 characters)',
    '  set vars.count = 3',
  ]);
  expect(look?.slice(0, 3)).toEqual(['shop · look', '  GET /items/7', '  200 in T, 18 B']);
  expect(end?.join('\n')).toContain('function fail returned `when`, which is not a JSON value');
  expect(ended.stdout + ended.stderr).not.toContain(TOKEN);
});

test('shows the rows of the built-in store', async () => {
  const jobs = [
    { name: 'fill', type: 'write', collection: 'users', operations: 1000, connections: 4 },
    { name: 'reads', type: 'read', collection: 'users', duration: '1m' },
  ];
  const ended = await tryIt('embedded:', jobs);
  expect(ended.status, ended.stderr + ended.stdout).toBe(0);
  const [fill, reads] = blocksOf(ended);
  expect(fill?.[1]).toBe('  POST /users');
  // The document that was written before.
  expect(reads?.[1]).toMatch(/^ {2}GET \/users\/\S+$/);
  expect(reads?.[2]).toMatch(/^ {2}200 in T, /);
});
