import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { messageOf } from '../../../../src/shared/errors.ts';
import { findBinary, LINUX, PRLIMIT } from '../../../needs.ts';
import { testWith } from '../../../services/binary.ts';
import { httpOptions, ticketMaterials } from '../../../contract/driver/http-options.ts';
import { openProbe, outcomeOf, serve, serveBytes } from './running.ts';

/** A server that answers every request with these bytes and then keeps the connection, ends it or resets it. */
async function answering(bytes: string, then: 'keep' | 'end' | 'reset'): Promise<string> {
  const port = await serveBytes((socket) => {
    socket.on('data', () => {
      socket.write(bytes, 'latin1');
      if (then === 'end') socket.end();
      // A reset discards unread data of the client.
      else if (then === 'reset') setTimeout(() => socket.resetAndDestroy(), 20);
    });
  });
  return `http://127.0.0.1:${port}`;
}

test.each([
  [200, 'ok', undefined],
  [204, 'ok', undefined],
  [301, 'check', 'HTTP 301 from GET /docs'],
  [404, 'miss', undefined],
  [401, 'status_4xx', 'HTTP 401 from GET /docs'],
  [429, 'status_4xx', 'HTTP 429 from GET /docs'],
  [500, 'status_5xx', 'HTTP 500 from GET /docs'],
  [503, 'status_5xx', 'HTTP 503 from GET /docs'],
])('status %i is %s', async (status, outcome, message) => {
  const server = await serve('http', (_, answer) => {
    answer.writeHead(status, { location: '/elsewhere' });
    answer.end();
  });
  const { probe } = await openProbe(httpOptions(`http://127.0.0.1:${server.port}`));
  for (let n = 0; n < 3; n++) {
    expect(await probe.request(n)).toBe(outcome);
    expect(probe.failure === undefined ? undefined : messageOf(probe.failure)).toBe(message);
  }
  expect(server.seen).toHaveLength(3);
});

test.each([
  [[[201, 201]], 'status: expected 201, got 503 from GET /docs'],
  [
    [
      [200, 299],
      [304, 304],
    ],
    'status: expected 2xx or 304, got 503 from GET /docs',
  ],
  [[[200, 204]], 'status: expected 200-204, got 503 from GET /docs'],
] as const)('a status beyond the expected %j names both', async (expectStatus, message) => {
  const port = await serveBytes((socket) => {
    socket.on('data', () => socket.write('HTTP/1.1 503 No\r\ncontent-length: 0\r\n\r\n'));
  });
  const options = httpOptions(`http://127.0.0.1:${port}`);
  const [operation] = options.operations;
  const http = { ...operation!.http, expectStatus };
  const { probe } = await openProbe({ ...options, operations: [{ ...operation!, http }] });
  expect(await probe.request(0)).toBe('status_5xx');
  expect(messageOf(probe.failure)).toBe(message);
});

test('a failed status allocates no error for each request, and keeps the connection', async () => {
  let connections = 0;
  const port = await serveBytes((socket) => {
    connections++;
    socket.on('data', () => socket.write('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n'));
  });
  const { probe } = await openProbe(httpOptions(`http://127.0.0.1:${port}`));
  await probe.request(0);
  const first = probe.failure;
  await probe.request(1);
  expect(probe.failure).toBe(first);
  expect(connections).toBe(1);
});

test.each([
  ['no HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'keep', 'protocol'],
  ['another version', 'HTTP/9.9 200 OK\r\n\r\n', 'keep', 'protocol'],
  ['headers without end', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(1_100_000)}\r\n\r\n`, 'keep', 'protocol'],
  ['a chunk that is none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n', 'keep', 'protocol'],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', 'keep', 'protocol'],
  ['an upgrade nobody asked for', 'HTTP/1.1 101 Go\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n', 'keep', 'protocol'],
  ['no answer at all', '', 'end', 'reset'],
  ['a body that is cut off', 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc', 'end', 'reset'],
  [
    'a last body that is cut off',
    'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 9\r\n\r\nabc',
    'end',
    'reset',
  ],
  [
    'last chunks that are cut off',
    'HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n',
    'end',
    'reset',
  ],
  [
    'a last body that is reset',
    'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 9\r\n\r\nabc',
    'reset',
    'reset',
  ],
  [
    'last chunks that are reset',
    'HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n',
    'reset',
    'reset',
  ],
  ['a body that ends with the connection', 'HTTP/1.1 200 OK\r\n\r\nabc', 'end', 'ok'],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\nabc', 'end', 'ok'],
  [
    'a go-ahead that nobody asked for, before the answer',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
    'keep',
    'ok',
  ],
  [
    'early hints before the answer',
    'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n',
    'keep',
    'ok',
  ],
] as const)('%s', async (_, bytes, then, outcome) => {
  const { probe } = await openProbe(httpOptions(await answering(bytes, then)));
  expect(await probe.request(0)).toBe(outcome);
  expect(await probe.request(1)).toBe(outcome);
});

test('a refusal by every address of a name has the class `refused`', async () => {
  const server = await serve('http', () => undefined);
  const { port } = server;
  await server.stop();
  const { probe } = await openProbe(httpOptions(`http://localhost:${port}`));
  expect(await probe.request(0)).toBe('refused');
  expect(messageOf(probe.failure)).toContain('ECONNREFUSED');
});

test('a missing unix socket has the class `refused`', async () => {
  expect(await outcomeOf(httpOptions('http://localhost', { http: { unixSocket: '/nowhere/x.sock' } }))).toBe('refused');
});

test('invalid generated data has the class `workload`, and affects no other request', async () => {
  const server = await serve('http', (_, answer) => answer.end());
  const key = (sequence: number): string => {
    if (sequence === 1) throw new Error('no such key');
    return `k${sequence}`;
  };
  const { session, probe } = await openProbe(
    httpOptions(`http://127.0.0.1:${server.port}`, { materials: { ...ticketMaterials, key } }),
  );
  expect(await probe.request(0)).toBe('ok');
  expect(await probe.request(1)).toBe('workload');
  expect(messageOf(probe.failure)).toContain('no such key');
  expect(await probe.request(2)).toBe('ok');
  void probe.request(1);
  session.cancel(2);
  expect(await probe.request(4)).toBe('ok');
  expect(probe.outcomes).toEqual(['ok', 'workload', 'ok', 'aborted', 'ok']);
});

test('an invalid generated header has the class `workload`', async () => {
  const server = await serve('http', (_, answer) => answer.end());
  const materials = { ...ticketMaterials, text: () => (sequence: number) => (sequence === 0 ? 'a\nb' : 'ab') };
  const { probe } = await openProbe(
    httpOptions(`http://127.0.0.1:${server.port}`, { materials, http: { headers: { x: '#n' } } }),
  );
  expect(await probe.request(0)).toBe('workload');
  expect(await probe.request(1)).toBe('ok');
  expect(server.seen).toHaveLength(1);
});

test('a slow connection does not delay connect', async () => {
  const port = await serveBytes(() => undefined); // accepts, but never begins the TLS handshake
  const options = httpOptions(`https://127.0.0.1:${port}`, { timeoutMs: 50 });
  const { session, probe } = await openProbe(options);
  expect(await probe.request(0)).toBe('timeout');
  expect(messageOf(probe.failure)).toBe('connect timed out after 50 ms');
  const outcome = probe.request(1);
  session.cancel(2);
  expect(await outcome).toBe('aborted');
});

testWith([LINUX, PRLIMIT], 'no more file descriptors: client_resource', async () => {
  const server = await serve('http', (_, answer) => answer.end('x'));
  const { probe } = await openProbe(
    httpOptions(`http://127.0.0.1:${server.port}`, { http: { headers: { connection: 'close' } } }),
  );
  expect(await probe.request(0)).toBe('ok');
  // Started beforehand, because no process can start without descriptors: each line sets the limit to its number.
  const limit = spawn('sh', [
    '-c',
    `while read n; do ${findBinary(PRLIMIT.name)} --pid ${process.pid} --nofile=$n: && echo; done`,
  ]);
  const before = Number(/Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]);
  limit.stdin.write('3\n');
  await once(limit.stdout, 'data');
  const outcome = await probe.request(1);
  limit.stdin.end(`${before}\n`);
  await once(limit.stdout, 'data');
  expect(outcome).toBe('client_resource');
  expect(await probe.request(2)).toBe('ok');
});
