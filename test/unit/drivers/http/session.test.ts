import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryUsage } from 'node:process';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { httpDriver } from '../../../../src/drivers/http/http-driver.ts';
import { TRUSTING } from '../../../certificates/certificates.ts';
import { Gate } from '../../../../src/driver-kit/gate.ts';
import { httpOptions } from '../../../contract/driver/http-options.ts';
import type { Answer, HttpKind } from '../../../contract/driver/http-server.ts';
import { openProbe, serve, serveBytes } from './running.ts';

const MEGABYTE = 1_000_000;
const NEVER = new AbortController().signal;

function urlOf(kind: HttpKind, port: number): string {
  return `${kind === 'https' || kind === 'h2' ? 'https' : 'http'}://127.0.0.1:${port}`;
}

/** Streams a body of megabytes without holding more than one of them. */
function stream(
  answer: Answer & { once?: (event: 'drain', listener: () => void) => unknown },
  megabytes: number,
): void {
  const chunk = Buffer.alloc(MEGABYTE, 'x');
  answer.writeHead(200);
  const next = (left: number): void => {
    if (left === 0) {
      answer.end();
    } else if (answer.write(chunk)) setImmediate(next, left - 1);
    else answer.once?.('drain', () => next(left - 1));
  };
  next(megabytes);
}

test.each(['http', 'https', 'h2c', 'h2'] as const)('%s: a huge body is counted and not kept', async (kind) => {
  const megabytes = 200;
  const server = await serve(kind, ({ url }, answer) => stream(answer, url.endsWith('k0') ? 20 : megabytes));
  const version = kind === 'h2' || kind === 'h2c' ? 2 : 1;
  const { probe } = await openProbe(httpOptions(urlOf(kind, server.port), { http: { version, tls: TRUSTING } }));
  expect(await probe.request(0)).toBe('ok'); // buffers that stay are allocated now
  const before = memoryUsage();
  expect(await probe.request(1)).toBe('ok');
  const after = memoryUsage();
  expect(probe.receivedBytes).toBeGreaterThan(megabytes * MEGABYTE);
  expect(probe.receivedBytes).toBeLessThan(megabytes * MEGABYTE * 1.01);
  // The server's own buffers are in this process too, and garbage is collected when it pleases.
  expect(after.external + after.heapUsed - before.external - before.heapUsed).toBeLessThan(50 * MEGABYTE);
});

test('a gzip body counts as received; none is requested', async () => {
  const body = gzipSync(Buffer.alloc(MEGABYTE, 'x'));
  const server = await serve('http', (_, answer) => {
    answer.writeHead(200, { 'content-encoding': 'gzip', 'content-length': body.length });
    answer.end(body);
  });
  const { probe } = await openProbe(httpOptions(urlOf('http', server.port)));
  expect(await probe.request(0)).toBe('ok');
  expect(probe.receivedBytes).toBeGreaterThan(body.length);
  expect(probe.receivedBytes).toBeLessThan(body.length + 300);
  expect(server.seen[0]?.headers).toEqual({
    host: `127.0.0.1:${server.port}`,
    connection: 'keep-alive',
    'user-agent': 'loadbot-agent',
  });
});

test('bytes of failed and cancelled requests count as well', async () => {
  const server = await serve('http', (_, answer) => answer.end('x'.repeat(10_000)));
  const gate = new Gate(server.port);
  await gate.start();
  onTestFinished(() => gate.stop());
  const { session, probe } = await openProbe(httpOptions(urlOf('http', gate.port), { type: 'write' }));
  await probe.request(0);
  gate.behave({ kind: 'cut', afterBytes: 5000 });
  await probe.request(1);
  gate.behave({ kind: 'silent' });
  const outcome = probe.request(2);
  await expect.poll(() => gate.accepted).toBe(2);
  await expect.poll(() => server.seen.length).toBe(3);
  session.cancel(2);
  await outcome;
  gate.behave({ kind: 'pass' });
  await probe.request(3);
  expect(probe.outcomes).toEqual(['ok', 'reset', 'aborted', 'ok']);
  const sum = (bytes: readonly number[]): number => bytes.reduce((total, each) => total + each, 0);
  expect(probe.totalSentBytes).toBe(sum(gate.passages.map(({ fromClientBytes }) => fromClientBytes)));
  expect(probe.totalReceivedBytes).toBe(sum(gate.passages.map(({ toClientBytes }) => toClientBytes)));
});

test('a unix socket replaces host and port', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadbot-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'http.sock');
  const server = await serve('http', (_, answer) => answer.end(), { path });
  const { probe } = await openProbe(httpOptions('http://name.example/api', { http: { unixSocket: path } }));
  expect(await probe.request(0)).toBe('ok');
  expect(server.seen[0]).toMatchObject({ url: '/api/docs/k0', headers: { host: 'name.example' } });
  expect(probe.sentBytes).toBeGreaterThan(80);
});

describe('connections', () => {
  /** A server that counts connections and answers with these headers. */
  async function counting(headers: string, end = false): Promise<{ url: string; connections: () => number }> {
    let connections = 0;
    const port = await serveBytes((socket) => {
      connections++;
      socket.on('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 0\r\n${headers}\r\n`);
        if (end) socket.end();
      });
    });
    return { url: urlOf('http', port), connections: () => connections };
  }

  test.each([
    ['kept by default', '', {}, 1],
    ['kept for a HEAD', 'connection: keep-alive\r\n', { method: 'HEAD' }, 1],
    ['kept for a GET with a body', '', { body: 'x' }, 1],
    ['kept when the server allows it little time', 'connection: keep-alive\r\nkeep-alive: timeout=1\r\n', {}, 1],
    ['new for each request when the job says so', '', { headers: { connection: 'close' } }, 5],
  ] as const)('are %s', async (_, headers, http, connections) => {
    const server = await counting(headers);
    const { probe } = await openProbe(httpOptions(server.url, { http }));
    for (let n = 0; n < 5; n++) expect(await probe.request(n)).toBe('ok');
    expect(server.connections()).toBe(connections);
  });

  test('are new for each request if the server closes them, without an error', async () => {
    const server = await counting('connection: close\r\n', true);
    const { session, probe } = await openProbe(httpOptions(server.url));
    const finished = new Promise<void>((resolve) => {
      const record = probe.done.bind(probe);
      probe.done = (outcome) => {
        record(outcome);
        if (probe.outcomes.length === 20) resolve();
        else session.execute(probe);
      };
    });
    session.execute(probe);
    await finished;
    expect(probe.outcomes).toEqual(Array.from({ length: 20 }, () => 'ok'));
    expect(server.connections()).toBe(20);
  });

  test('are not reopened for a canceled request', async () => {
    let connections = 0;
    const port = await serveBytes((socket) => {
      connections++;
      socket.resume();
    });
    const { session, probe } = await openProbe(httpOptions(urlOf('http', port)));
    const outcome = probe.request(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    session.cancel(2);
    await outcome;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(connections).toBe(1);
  });

  test.each(['http', 'https', 'h2c', 'h2'] as const)('leave no handles when closed (%s)', async (kind) => {
    const server = await serve(kind, (_, answer) => answer.end());
    const version = kind === 'h2' || kind === 'h2c' ? 2 : 1;
    const handles = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    await expect.poll(handles).toBe(0); // those of earlier tests
    const driver = httpDriver(httpOptions(urlOf(kind, server.port), { http: { version, tls: TRUSTING } }));
    const sessions = await Promise.all(Array.from({ length: 5 }, () => driver.connect(NEVER)));
    expect(handles()).toBeGreaterThan(0);
    await Promise.all(sessions.map((session) => session.close()));
    await driver.close();
    await expect.poll(handles).toBe(0);
  });
});

test('connect reports permanent failures', async () => {
  const driver = httpDriver(httpOptions('http://host', { type: 'create_index' }));
  await expect(driver.connect(NEVER)).rejects.toMatchObject({ name: 'LoadbotError', code: 'config_invalid' });
  await driver.close();
});
