import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { parseResultDocument } from '../../src/reports/document/parse-result-document.ts';
import { Agent, loadbot } from './agent.ts';
import { prioritizeProcesses } from './cpu-priority.ts';

prioritizeProcesses();

const MOST_TRIES = 5;

const folder = mkdtempSync(join(tmpdir(), 'loadbot-artillery-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A shop that accepts only the requests of the test's file, and counts them by kind. */
let server: Server;
let url = '';
const counts = new Map<string, number>();
const users = new Map<string, number>();
const refused: string[] = [];

function count(kinds: Map<string, number>, kind: string): void {
  kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
}

/** The kind of a request, and the body of its response; `undefined`: not one of the file. */
function answer({ method, url: path = '', headers }: IncomingMessage, body: string): [string, object] | undefined {
  if (headers['x-client'] !== 'artillery') return undefined;
  if (method === 'POST' && path === '/shop/login') {
    const { user, password, shop } = JSON.parse(body) as Record<string, string>;
    if (!/^(?:ann|bob|eve)$/.test(user ?? '') || password !== `${user}-pw` || shop !== 'main') return undefined;
    count(users, user ?? '');
    return ['login', { token: `t-${user}`, ids: [11, 12] }];
  }
  if (!headers.cookie?.startsWith('session=')) return undefined;
  const user = headers.cookie.slice('session='.length);
  if (headers.authorization !== `Bearer t-${user}` && path.startsWith('/shop/orders')) return undefined;
  if (method === 'GET' && path === '/shop/items?limit=3&sort=a%20b') return ['list', {}];
  if (method === 'POST' && path === '/shop/orders' && body === `item=11&note=a%26${user}`)
    return ['order', { id: 'o7' }];
  if (method === 'GET' && path === '/shop/orders/o7x') return ['order read', { order: { state: 'new' } }];
  if (method === 'DELETE' && path === '/shop/orders/o7') return ['order deleted', {}];
  if (method === 'PUT' && path === '/shop/hit' && body === 'plain') return ['hit', {}];
  return undefined;
}

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      const found = answer(request, body);
      if (found === undefined && refused.length < 5)
        refused.push(`${request.method} ${request.url} ${body} ${request.headers.cookie}`);
      const [kind, reply] = found ?? ['refused', {}];
      count(counts, kind);
      const { token } = reply as { readonly token?: string };
      response.writeHead(found === undefined ? 400 : kind === 'order' ? 201 : 200, {
        'content-type': 'application/json; charset=utf-8',
        ...(token !== undefined && { 'set-cookie': `session=${token.slice(2)}` }),
        'x-request': 'r1',
      });
      response.end(JSON.stringify(reply));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  for (const one of [counts, users]) one.clear();
  refused.length = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const LOGIN = (): string => `
      - post:
          url: "${url}/login"
          json: { user: "{{ user }}", password: "{{ password }}", shop: "{{ shop }}" }
          capture:
            - { json: $.token, as: token }
            - { json: "$.ids[0]", as: item }
          expect:
            - statusCode: 200
            - contentType: json
            - hasProperty: token`;

const CONFIG = (phases: string): string => `
config:
  target: "${url}/shop"
  phases:
${phases}
  variables: { shop: main, api_token: S3CRET }
  payload: { path: users.csv, fields: [user, password], order: sequence }
  defaults: { headers: { X-Client: artillery } }
  http: { timeout: 5 }
  processor: ./functions.js
`;

async function imported(yaml: string): Promise<{ readonly path: string; readonly text: string }> {
  const file = join(folder, 'test.yml');
  writeFileSync(file, yaml);
  writeFileSync(join(folder, 'users.csv'), 'user,password\nann,ann-pw\nbob,bob-pw\neve,eve-pw\n');
  const { status, stdout, stderr } = await loadbot(['import', 'artillery', file]);
  expect(status, stderr).toBe(0);
  const path = join(folder, 'load.jsonc');
  writeFileSync(path, stdout);
  return { path, text: stdout };
}

const ENV = { API_TOKEN: 'S3CRET' };

/** Runs a workload, again if this machine was too busy to start all iterations within its phases. */
async function run(path: string): Promise<void> {
  const checked = await new Agent(['validate', path], ENV).ended;
  expect(checked.status, checked.stderr).toBe(0);
  const out = join(folder, 'result.json');
  for (let tries = 1; ; tries++) {
    counts.clear();
    users.clear();
    const { status, stderr, stdout } = await new Agent(['run', path, '-q', '--out', out], ENV).ended;
    expect(status, stderr + stdout).toBe(0);
    const { jobs } = parseResultDocument(readFileSync(out, 'utf8'), out);
    if (tries === MOST_TRIES || jobs.every(({ skipped }) => skipped === 0)) return;
  }
}

test('a flow with logins, captures, forms and loops sends the requests of its file, at the rate of its phases', async () => {
  const { path, text: written } = await imported(`${CONFIG(`    - { duration: 2, arrivalRate: 10, name: steady }
    - { duration: 2, arrivalRate: 10, rampTo: 30 }`)}
scenarios:
  - name: buy
    beforeScenario: prepare
    flow:
      - think: 0.01
${LOGIN()}
      - log: "token {{ token }}"
      - loop:
          - get: { url: /items, qs: { limit: 3, sort: "a b" } }
          - think: 0.02
        count: 3
      - think: 0.05
      - post:
          url: /orders
          headers: { authorization: "Bearer {{ token }}" }
          form: { item: "{{ item }}", note: "a&{{ user }}" }
          capture: { json: $.id, as: order }
          expect: { statusCode: [200, 201] }
      - function: sign
      - get:
          url: "/orders/{{ order }}x"
          headers: { authorization: "Bearer {{ token }}" }
          capture: { header: x-request, as: request_id }
          expect: [{ hasProperty: order.state }, { equals: ["{{ order }}", o7] }]
      - delete: { url: "/orders/{{ order }}", headers: { authorization: "Bearer {{ token }}" } }
`);
  expect(written).not.toContain('S3CRET');
  expect(written).toContain('API_TOKEN: the variable api_token');
  for (const note of [
    'config.processor is not imported.',
    'beforeScenario of the scenario buy is not imported.',
    'function in a flow is not imported.',
    'The expectation equals is not imported: checks compare with constants.',
    'users.csv must begin with a line of column names: user,password',
  ]) {
    expect(written).toContain(`// ${note}`);
  }
  await run(path);
  expect(refused).toEqual([]);
  // 2 s at 10/s, then 2 s from 10/s to 30/s.
  const iterations = 60;
  expect(Object.fromEntries(counts)).toEqual({
    login: iterations,
    list: 3 * iterations,
    order: iterations,
    'order read': iterations,
    'order deleted': iterations,
  });
  expect(Object.fromEntries(users)).toEqual({ ann: 20, bob: 20, eve: 20 });
});

test('scenarios run in the proportion of their weights: as branches, or at the same time', async () => {
  const phases = '    - { duration: 4s, arrivalRate: 50 }';
  const hit = `  - name: hits
    weight: 3
    flow:${LOGIN()}
      - put: { url: /hit, body: plain }`;
  const list = (flow: string): string => `  - name: lists
    weight: 1
    flow:${LOGIN()}
${flow}`;
  const get = '      - get: { url: /items?limit=3&sort=a%20b }';
  const other = '      - get: { url: "http://other.example/items?limit=3&sort=a%20b" }';
  const socket = '  - { name: socket, engine: ws, flow: [{ send: hello }] }';
  const branches = await imported(`${CONFIG(phases)}\nscenarios:\n${hit}\n${list(other)}\n${socket}\n`);
  expect(branches.text).toContain('// The scenario socket is not imported: its engine is ws.');
  expect(branches.text).toContain('// Requests to http://other.example go to the target, too.');
  expect(branches.text).not.toContain(`// Requests to ${url}`);
  expect(branches.text).toContain('"one_of"');
  await run(branches.path);
  expect(refused).toEqual([]);
  expect(counts.get('login')).toBe(200);
  expect((counts.get('hit') ?? 0) + (counts.get('list') ?? 0)).toBe(200);
  // 150 expected, with a standard deviation of 6.
  expect(counts.get('hit')).toBeGreaterThan(120);
  expect(counts.get('hit')).toBeLessThan(180);
  counts.clear();

  // A loop of one request is a step of its branch.
  const hits = hit.replace('- put:', '- loop: [{ put:').replace('plain }', 'plain } }]\n        count: 2');
  const looped = await imported(`${CONFIG(phases)}\nscenarios:\n${hits}\n${list(get)}\n`);
  expect(looped.text).toContain('"one_of"');
  expect(looped.text).toContain('"repeat": 2');

  const loop = `      - loop:\n    ${get}\n    ${get}\n        count: 2`;
  const parallel = await imported(`${CONFIG(phases)}\nscenarios:\n${hit}\n${list(loop)}\n`);
  expect(parallel.text).toContain('"parallel"');
  await run(parallel.path);
  expect(refused).toEqual([]);
  expect(Object.fromEntries(counts)).toEqual({ login: 200, hit: 150, list: 200 });
});

test('reports files that are not tests of Artillery', async () => {
  const file = join(folder, 'bad.yml');
  const problemOf = async (yaml: string): Promise<string> => {
    writeFileSync(file, yaml);
    const { status, stderr } = await loadbot(['import', 'artillery', file]);
    expect(status).toBe(104);
    return stderr;
  };
  expect(await problemOf('config: {}\n')).toContain('bad.yml: scenarios must be a list');
  expect(await problemOf('config: {}\nscenarios: [{ flow: [{ get: { url: /a } }] }]\n')).toContain(
    'bad.yml: config.target must be a URL',
  );
  expect(await problemOf('scenarios: [{ flow: [{ get: {} }] }]\n')).toContain(
    'bad.yml: scenarios[0].flow[0].get.url must be text',
  );
  expect(await problemOf('scenarios: [{ engine: ws, flow: [] }]\n')).toContain('has no scenarios with HTTP requests');
});
