import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { parse } from 'jsonc-parser';
import { loadbot, runWorkload, scratchFile, startWorkload } from '../e2e/agent.ts';
import { OrdersServer, PROTO } from '../grpc/orders-server.ts';

const ca = fileURLToPath(new URL('../certificates/ca.pem', import.meta.url));
const GET = { method: 'shop.Orders/Get', message: { id: '#sequence' } };

const servers: OrdersServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});

async function start(options: Parameters<typeof OrdersServer.start>[0] = {}): Promise<OrdersServer> {
  const server = await OrdersServer.start(options);
  servers.push(server);
  return server;
}

function workload(port: number, job: object, options: object = { proto: PROTO }, scheme = 'grpc'): object {
  return {
    connection_string: `${scheme}://127.0.0.1:${port}`,
    driver_options: options,
    jobs: [{ name: 'orders', type: 'read', operations: 1, ...job }],
  };
}

describe('gRPC', () => {
  test('the server receives exactly the counted calls, with metadata and deadline', async () => {
    const server = await start();
    const command = { ...GET, metadata: { 'X-Tenant': 'acme-#sequence' } };
    const job = {
      command,
      operations: 3000,
      connections: 8,
      timeout: '3s',
      expect: { json: { '$.id': { present: true } } },
    };
    const { status, result } = await runWorkload(workload(server.port, job), ['--threads', '2']);
    expect(status).toBe(0);
    expect([result.jobs[0]?.requests, result.jobs[0]?.errors, server.calls.get]).toEqual([3000, 0, 3000]);
    const tenants = server.metadata.map((metadata) => String(metadata.get('x-tenant')[0]));
    expect(new Set(tenants).size).toBe(3000);
    expect(Math.max(...server.deadlinesMs)).toBeLessThanOrEqual(3000);
    expect(Math.max(...server.deadlinesMs)).toBeGreaterThan(2000);
  });

  test('streams of the server, of the client and of both', async () => {
    const server = await start();
    const list = { method: 'shop.Orders/List', message: { count: 40, state: 'PAID' } };
    const order = { id: '9007199254740993', customer: 'c', total: 2.5, items: ['a'], labels: { k: 'v' } };
    const { status, result, stdout } = await runWorkload({
      ...workload(server.port, {
        command: list,
        operations: 20,
        expect: { rows: 40, json: { '$[39].id': { equal: '39' } } },
      }),
      jobs: [
        { name: 'list', type: 'read', operations: 20, command: list, expect: { rows: 40, json: { '$[39].id': '39' } } },
        {
          name: 'import',
          type: 'write',
          operations: 10,
          command: { method: 'shop.Orders/Import', messages: [order, order, order] },
          expect: { json: { '$.orders': 3, '$.total': 7.5 } },
        },
        {
          name: 'quote',
          type: 'read',
          operations: 10,
          command: { method: 'shop.Orders/Quote', messages: [{ id: 1 }, { id: '#sequence' }] },
          expect: { rows: 2, json: { '$[0].id': '1' } },
        },
      ],
    });
    expect([status, stdout.includes('failed check')]).toEqual([0, false]);
    expect(result.jobs.map(({ requests, errors }) => [requests, errors])).toEqual([[20, 0], [10, 0], [10, 0]]); // prettier-ignore
    expect([server.calls.list, server.calls.import, server.calls.quote]).toEqual([20, 10, 10]);
    expect(server.imported).toHaveLength(30);
    expect(server.imported[0]).toEqual(expect.objectContaining(order));
  });

  test('a scenario captures from a reply and sends it on', async () => {
    const server = await start();
    const { status, result } = await runWorkload({
      ...workload(server.port, {}),
      jobs: [
        {
          name: 'flow',
          type: 'scenario',
          operations: 50,
          connections: 4,
          steps: [
            { name: 'get', command: GET, capture: { id: { json: '$.id' } } },
            {
              name: 'again',
              command: { method: 'shop.Orders/Get', message: { id: '#get.id' } },
              expect: { json: { '$.id': '#get.id' } },
            },
          ],
        },
      ],
    });
    expect(status).toBe(0);
    expect(result.jobs.reduce((sum, { errors }) => sum + errors, 0)).toBe(0);
    expect(server.calls.get).toBe(100);
  });

  test('reads the services by reflection', async () => {
    const server = await start({ hasReflection: true });
    const { status, result } = await runWorkload(
      workload(server.port, { command: GET, operations: 200 }, { reflection: true }),
    );
    expect([status, result.jobs[0]?.errors, server.calls.get]).toEqual([0, 0, 200]);
  });

  test('a server without reflection, and one that is not there, end the run before its first request', async () => {
    const server = await start();
    for (const [port, message] of [
      [server.port, 'the server has no reflection'],
      [1, 'ECONNREFUSED'],
    ] as const) {
      const { status, stderr } = await loadbotRun(workload(port, { command: GET }, { reflection: true }));
      expect([status, stderr]).toEqual([104, expect.stringContaining(message)]);
    }
  });

  test('verifies the certificate of the server', async () => {
    const server = await start({ tls: true });
    const job = { command: GET, operations: 100 };
    const trusted = { proto: PROTO, tls: { ca, server_name: 'localhost' } };
    const good = await runWorkload(workload(server.port, job, trusted, 'grpcs'));
    expect([good.status, good.result.jobs[0]?.errors, server.calls.get]).toEqual([0, 0, 100]);
    // Each waits for the backoff of a failed connection.
    const bad = await runWorkload(workload(server.port, { ...job, operations: 5 }, { proto: PROTO }, 'grpcs'));
    expect(bad.result.jobs[0]?.errors_by_class.tls).toBe(5);
    expect(server.calls.get).toBe(100);
  });

  test.each([
    [3, 'status_4xx', 'invalid_argument'],
    [4, 'timeout', 'deadline_exceeded'],
    [8, 'status_4xx', 'resource_exhausted'],
    [12, 'status_5xx', 'unimplemented'],
    [13, 'status_5xx', 'internal'],
    [14, 'status_5xx', 'unavailable'],
    [16, 'status_4xx', 'unauthenticated'],
  ] as const)('status %d is an error of class %s with the detail %s', async (code, errorClass, detail) => {
    const server = await start();
    const job = { type: 'write', command: { ...GET, message: { id: -code } }, operations: 20 };
    const { result } = await runWorkload(workload(server.port, job));
    expect(result.jobs[0]?.errors_by_class[errorClass]).toBe(20);
    expect(result.jobs[0]?.errors_by_detail).toEqual({ [detail]: 20 });
    expect(server.calls.get).toBe(20);
  });

  test('NOT_FOUND is a miss of a read and an error of a write', async () => {
    const server = await start();
    const command = { ...GET, message: { id: -5 } };
    const read = await runWorkload(workload(server.port, { command, operations: 10 }));
    expect([read.result.jobs[0]?.miss, read.result.jobs[0]?.errors]).toEqual([10, 0]);
    const write = await runWorkload(workload(server.port, { type: 'write', command, operations: 10 }));
    expect([write.result.jobs[0]?.errors, write.result.jobs[0]?.errors_by_detail]).toEqual([10, { not_found: 10 }]);
  });

  test('a slow server times out', async () => {
    const server = await start({ delayMs: 500 });
    const { result } = await runWorkload(workload(server.port, { command: GET, operations: 10, timeout: '50ms' }));
    expect(result.jobs[0]?.errors_by_class.timeout).toBe(10);
  });

  test('connects again after the server has restarted', async () => {
    const server = await start();
    const { agent, ended } = startWorkload(
      workload(server.port, { command: GET, operations: undefined, pace: 100, duration: '4s', connections: 4 }),
    );
    await expect.poll(() => server.calls.get).toBeGreaterThan(50);
    server.stop();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const again = await start({ port: server.port });
    const { result } = await ended;
    agent.child.kill();
    const [job] = result.jobs;
    const { refused = 0, reset = 0 } = job?.errors_by_class ?? {};
    expect(refused + reset).toBe(job?.errors);
    expect(refused).toBeGreaterThan(0);
    expect((job?.requests ?? 0) - (job?.errors ?? 0)).toBeLessThanOrEqual(server.calls.get + again.calls.get);
    expect(again.calls.get).toBeGreaterThan(50);
  });

  test('workloads/grpc.jsonc', async () => {
    const server = await start();
    const path = new URL('../../workloads/grpc.jsonc', import.meta.url);
    const example = parse(readFileSync(path, 'utf8')) as { jobs: object[] };
    const [get, list] = example.jobs;
    const { status, result } = await runWorkload({
      ...example,
      connection_string: `grpc://127.0.0.1:${server.port}`,
      driver_options: { proto: PROTO },
      jobs: [{ ...get, duration: '1s' }, list],
    });
    expect([status, server.calls.list]).toEqual([0, 100]);
    expect(result.jobs.map(({ errors }) => errors)).toEqual([0, 0]);
    expect(server.calls.get).toBe(result.jobs[0]?.requests);
    const checked = await loadbot(['validate', fileURLToPath(path)]);
    expect(checked.status).toBe(0);
  });
});

function fileOf(given: object): string {
  const file = scratchFile('json');
  writeFileSync(file, JSON.stringify(given, null, 1));
  return file;
}

async function loadbotRun(given: object): ReturnType<typeof loadbot> {
  return loadbot(['run', fileOf(given)]);
}

describe('bad input is named before the run, with its position', () => {
  test.each([
    [
      'an unknown service',
      { method: 'shop.Nothing/Get' },
      'command.method',
      'the service `shop.Nothing` does not exist',
    ],
    ['an unknown method', { method: 'shop.Orders/Got' }, 'command.method', 'has no method `Got`'],
    [
      'an unknown field',
      { ...GET, message: { ident: 1 } },
      'command.message.ident',
      'is not a field of shop.OrderRequest',
    ],
    ['text for a number', { ...GET, message: { id: 'a' } }, 'command.message.id', 'must be a whole number'],
    [
      'an unknown name of an enumeration',
      { method: 'shop.Orders/List', message: { state: 'LOST' } },
      'command.message.state',
      'must be one of OPEN, PAID',
    ],
    [
      'a wrong message of a stream',
      { method: 'shop.Orders/Import', messages: [{}, { items: 'a' }] },
      'command.messages[1].items',
      'must be a list',
    ],
    [
      'two messages of a unary method',
      { method: 'shop.Orders/Get', messages: [{}, {}] },
      'command.messages',
      'takes one',
    ],
    ['reserved metadata', { ...GET, metadata: { 'grpc-timeout': '1S' } }, 'command.metadata', 'is set by the driver'],
    ['an unknown part', { ...GET, body: 1 }, 'command.body', 'is not a part of a gRPC command'],
  ])('%s', async (_, command, path, message) => {
    const { status, stderr } = await loadbot(['validate', fileOf(workload(1, { command }))]);
    expect([status, stderr]).toEqual([104, expect.stringContaining(message)]);
    expect(stderr).toMatch(/json:\d+:\d+ /);
    expect(stderr.replaceAll('["', '.').replaceAll('"]', '')).toContain(`jobs[0].${path}`);
    expect(stderr).toContain('1 problem');
  });

  test.each([
    ['neither files nor reflection', {}, 'must have either `proto` or `reflection: true`'],
    ['a missing file', { proto: 'missing.proto' }, 'the proto files cannot be read'],
    ['TLS without grpcs', { proto: PROTO, tls: { ca } }, 'applies to grpcs:// only'],
    ['an unknown setting', { proto: PROTO, retries: 3 }, 'is not a known setting'],
  ])('%s', async (_, options, message) => {
    const { status, stderr } = await loadbot(['validate', fileOf(workload(1, { command: GET }, options))]);
    expect([status, stderr]).toEqual([104, expect.stringContaining(message)]);
    expect(stderr).toMatch(/json:\d+:\d+ +driver_options/);
  });
});
