import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'jsonc-parser';
import { afterEach, describe, expect, test } from 'vitest';
import type { ResultDocument } from '../../src/reports/document/result-document.ts';
import { loadbot, runWorkload, startWorkload, workloadFile } from '../e2e/agent.ts';
import { EchoServer } from '../websocket/echo-server.ts';
import { PYTHON_WEBSOCKETS } from '../needs.ts';
import { PythonServer } from '../websocket/python-server.ts';
import { describeWithServices } from './binary.ts';

const ca = fileURLToPath(new URL('../certificates/ca.pem', import.meta.url));
const GET = { send: { id: '#sequence' }, match: ['/id'] };

const servers: EchoServer[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.stop();
});

async function start(options: Parameters<typeof EchoServer.start>[0] = {}): Promise<EchoServer> {
  const server = await EchoServer.start(options);
  servers.push(server);
  return server;
}

function workload(port: number, jobs: readonly object[], more: object = {}, scheme = 'ws'): object {
  return {
    connection_string: `${scheme}://127.0.0.1:${port}`,
    jobs: jobs.map((job, index) => ({ name: `job ${index}`, type: 'read', operations: 1, ...job })),
    ...more,
  };
}

type Jobs = ResultDocument['jobs'];
const sumOf = (jobs: Jobs, count: (job: Jobs[number]) => number): number =>
  jobs.reduce((sum, job) => sum + count(job), 0);

describeWithServices('an independent WebSocket server, of Python', [PYTHON_WEBSOCKETS], () => {
  test('its counts are equal to those of the result: messages, connections, other messages, closes', async () => {
    const server = await PythonServer.start();
    const { status, result } = await runWorkload(
      workload(server.port, [
        {
          command: { ...GET, send: { id: '#sequence', ticks: 2 } },
          type: 'write',
          operations: 3000,
          connections: 6,
          expect: { json: { '$.id': { present: true } } },
        },
        { command: { send_binary: 'AP8QYWJj' }, operations: 100, expect: { body: { min_bytes: 6, max_bytes: 6 } } },
        { command: { ping: true }, operations: 50 },
        { command: { close: { code: 3001 } }, operations: 2 },
      ]),
      ['--threads', '2'],
    );
    const counts = await server.stop();
    expect([status, result.jobs.map(({ requests, errors }) => [requests, errors])]).toEqual([0, [[3000, 0], [100, 0], [50, 0], [2, 0]]]); // prettier-ignore
    expect(result.jobs[0]?.metrics['other_messages']?.total).toBe(6000);
    expect([counts.messages, counts.binary, counts.connections]).toEqual([3100, 100, 6 + 1 + 1 + 2]);
    expect(counts.close_codes.filter((code) => code === 3001)).toHaveLength(2);
    expect(counts.close_codes.filter((code) => code === 1000)).toHaveLength(8);
  });

  test('compression and subprotocols are agreed on; a close by the server has its code', async () => {
    const server = await PythonServer.start('compression');
    const command = { send: { id: 'x'.repeat(10_000) }, match: ['/id'] };
    const { result } = await runWorkload(
      workload(
        server.port,
        [
          { command, operations: 100 },
          { command: { send: { id: 1, close: 1008 } }, operations: 3 },
        ],
        { driver_options: { compression: true, subprotocols: ['shop.v1'] } },
      ),
    );
    const counts = await server.stop();
    const [echoed, closed] = result.jobs;
    expect([echoed?.errors, closed?.errors_by_class.reset, closed?.errors_by_detail]).toEqual([
      0,
      3,
      { close_1008: 3 },
    ]);
    expect(counts.messages).toBe(103);
    expect(echoed?.received_bytes).toBeLessThan(100 * 1000);
  });
});

describe('WebSocket', () => {
  test('mixed jobs and scenarios: checks, captured values, further messages; the server has every id once', async () => {
    const server = await start();
    const { status, result } = await runWorkload(
      workload(server.port, [
        {
          type: 'mixed',
          operations: 400,
          connections: 4,
          mixed: [
            {
              name: 'get',
              type: 'read',
              weight: 3,
              command: { send: '{"id":"m-#sequence"}', match: { '/id': 'm-#sequence' } },
            },
            { name: 'note', type: 'write', weight: 1, command: { send: { id: 'n-#sequence' }, expect: false } },
          ],
        },
        {
          type: 'scenario',
          operations: 50,
          connections: 5,
          steps: [
            {
              name: 'first',
              command: { send: { id: 's-#sequence' }, match: ['/id'] },
              capture: { id: { json: '$.id' }, kind: { regex: '"type":"(\\w+)"' } },
            },
            {
              name: 'again',
              command: { send: { id: '#first.id-#first.kind' }, match: { '/id': '#first.id-#first.kind' } },
              expect: { json: { '$.id': '#first.id-#first.kind' } },
            },
            { name: 'subscribe', command: { send: { ticks: 2, silent: true }, expect: false } },
            { name: 'tick', command: { wait: true, match: { '/n': 1 } }, expect: { json: { '$.type': 'tick' } } },
          ],
        },
      ]),
    );
    expect([status, sumOf(result.jobs, ({ errors }) => errors)]).toEqual([0, 0]);
    const steps = result.jobs.filter(({ type }) => type !== 'scenario');
    expect(server.received).toBe(sumOf(steps, ({ requests }) => requests) - 50); // a wait sends nothing
    expect([server.ids.length, new Set(server.ids).size]).toEqual([500, 500]);
    expect(server.ids.filter((id) => /^s-\d+-answer$/.test(String(id)))).toHaveLength(50);
  });

  test('a failed check and a threshold on the delay of a step', async () => {
    const server = await start();
    const { status, result, stdout } = await runWorkload({
      ...workload(server.port, [
        {
          command: GET,
          operations: 20,
          expect: { json: { '$.type': 'order' } },
          thresholds: ['p(50) < 10s', 'error_rate < 1%', 'other_messages == 0'],
        },
      ]),
    });
    expect([status, result.jobs[0]?.errors_by_class.check, server.received]).toEqual([99, 20, 20]);
    expect(result.thresholds.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(stdout).toContain('expected "order", got "answer"');
  });

  test('verifies the certificate of the server', async () => {
    const server = await start({ tls: true });
    const [trusted, unknown] = [{ tls: { ca, server_name: 'localhost' } }, {}];
    const good = await runWorkload(
      workload(server.port, [{ command: GET, operations: 100 }], { driver_options: trusted }, 'wss'),
    );
    expect([good.status, good.result.jobs[0]?.errors, server.received]).toEqual([0, 0, 100]);
    // Each waits for the backoff of a failed connection.
    const bad = await runWorkload(
      workload(server.port, [{ command: GET, operations: 3 }], { driver_options: unknown }, 'wss'),
    );
    expect([bad.result.jobs[0]?.errors_by_class.tls, server.received]).toEqual([3, 100]);
  });

  test('an upgrade that is refused with 401 is an error of class status_4xx', async () => {
    const server = await start({ refuses: 401 });
    const { result, stdout } = await runWorkload(workload(server.port, [{ command: GET, operations: 3 }]));
    expect([result.jobs[0]?.errors_by_class.status_4xx, server.received]).toEqual([3, 0]);
    expect(stdout).toContain('the server answered the upgrade with HTTP 401');
  });

  test('a slow server times out, and its late answers are not taken', async () => {
    // A busy machine takes its time to connect, which the timeout includes.
    const server = await start({ delayMs: 1500 });
    const { result } = await runWorkload(workload(server.port, [{ command: GET, operations: 3, timeout: '1s' }]));
    expect([result.jobs[0]?.errors_by_class.timeout, server.received, server.connections]).toEqual([3, 3, 3]);
  });

  test('connects again after the server has restarted', async () => {
    const server = await start();
    const { agent, ended } = startWorkload(
      workload(server.port, [{ command: GET, operations: undefined, pace: 100, duration: '3s', connections: 4 }]),
    );
    await expect.poll(() => server.received).toBeGreaterThan(50);
    server.stop();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const again = await start({ port: server.port });
    const { result } = await ended;
    agent.child.kill();
    const [job] = result.jobs;
    const { refused = 0, reset = 0 } = job?.errors_by_class ?? {};
    expect(refused + reset).toBe(job?.errors);
    expect(refused).toBeGreaterThan(0);
    expect((job?.requests ?? 0) - (job?.errors ?? 0)).toBeLessThanOrEqual(server.received + again.received);
    expect(again.received).toBeGreaterThan(50);
  });

  test('reconnect after each request opens a connection each', async () => {
    const server = await start();
    const { status } = await runWorkload(
      workload(server.port, [{ command: GET, operations: 20, reconnect: 'request' }]),
    );
    expect([status, server.received, server.connections]).toEqual([0, 20, 20]);
    expect(server.closeCodes.filter((code) => code === 1000)).toHaveLength(20);
  });

  test('try shows each message and its answer', async () => {
    const server = await start();
    const file = workloadFile(workload(server.port, [{ command: { send: { id: 'abc' }, match: ['/id'] } }]));
    const { status, stdout } = await loadbot(['try', file]);
    expect([status, stdout]).toEqual([0, expect.stringContaining('"type":"answer","id":"abc"')]);
    expect(stdout).toContain('"send":{"id":"abc"}');
  });

  test('workloads/websocket.jsonc', async () => {
    const server = await start({ broadcasts: 1 });
    const path = new URL('../../workloads/websocket.jsonc', import.meta.url);
    const example = parse(readFileSync(path, 'utf8'), [], { allowTrailingComma: true }) as { jobs: object[] };
    const { status, result } = await runWorkload({
      ...example,
      connection_string: `ws://127.0.0.1:${server.port}`,
      driver_options: {},
      jobs: [{ ...example.jobs[0], duration: '1s' }, example.jobs[1]],
    });
    expect(status).toBe(0);
    expect(sumOf(result.jobs, ({ errors }) => errors)).toBe(0);
    expect((await loadbot(['validate', fileURLToPath(path)])).status).toBe(0);
  });
});

test('bad input is named before the run, all of it at once, with its position', async () => {
  const bad = workload(1, [{ command: { send_binary: 'a', match: { '/id': '#uuid' }, foo: 1 } }], {
    driver_options: { compresion: true, headers: { Host: 'a' }, tls: { ca } },
  });
  const { status, stderr } = await loadbot(['validate', workloadFile(bad)]);
  expect([status, stderr]).toEqual([104, expect.stringContaining('6 problems')]);
  for (const place of ['jobs[0].command.foo', 'jobs[0].command.send_binary', 'jobs[0].command.match["/id"]'])
    expect(stderr).toContain(place);
  for (const field of ['compresion', 'headers.Host', 'tls'])
    expect(stderr).toMatch(new RegExp(`json:\\d+:\\d+ +driver_options\\.${field} `));
});
