import { once } from 'node:events';
import { createServer, type Http2ServerRequest, type ServerHttp2Stream, type Settings } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { messageOf } from '../../../../src/shared/errors.ts';
import { httpOptions } from '../../../contract/driver/http-options.ts';
import { openProbe } from './running.ts';

interface StreamServer {
  readonly url: string;
  readonly sessions: () => number;
}

/** An HTTP/2 server for the rest of the test. */
async function serveStreams(
  onStream: (stream: ServerHttp2Stream, headers: Http2ServerRequest['headers']) => void,
  settings: Settings = {},
): Promise<StreamServer> {
  let sessions = 0;
  const server = createServer({ settings, maxSendHeaderBlockLength: 1024 * 1024 });
  const open = new Set<{ destroy(): void }>();
  server.on('session', (session) => {
    sessions++;
    open.add(session);
    session.on('error', () => undefined);
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    onStream(stream, headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const session of open) session.destroy();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sessions: () => sessions };
}

const UPLOAD = 'x'.repeat(8 * 1024 * 1024);

function uploads(url: string, body = UPLOAD): ReturnType<typeof httpOptions> {
  return httpOptions(url, { type: 'write', timeoutMs: 10_000, http: { version: 2, body } });
}

test('each of 20 uploads with early responses gets its response', async () => {
  const server = await serveStreams(
    (stream) => {
      stream.respond({ ':status': 403 });
      stream.end('no');
      // As servers do that will not read the rest (RFC 9113, section 8.1).
      stream.once('finish', () => stream.close(0));
    },
    { initialWindowSize: 16 * 1024 * 1024 },
  );
  const { probe } = await openProbe(uploads(server.url));
  for (let n = 0; n < 20; n++) expect(await probe.request(n)).toBe('status_4xx');
});

test('an upload of more than 10 MB and the requests after it are sent completely', async () => {
  const received: number[] = [];
  const server = await serveStreams((stream) => {
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
    stream.on('end', () => {
      received.push(bytes);
      stream.respond({ ':status': 200 });
      stream.end('ok');
    });
  });
  const { probe } = await openProbe(uploads(server.url, 'x'.repeat(24_000_000)));
  expect([await probe.request(0), await probe.request(1)]).toEqual(['ok', 'ok']);
  expect(received).toEqual([24_000_000, 24_000_000]);
  expect(server.sessions()).toBe(1);
});

test('an upload after early responses that used up the window gets a new connection', async () => {
  let calls = 0;
  const server = await serveStreams((stream) => {
    if (++calls <= 2) {
      stream.respond({ ':status': 413 }, { endStream: true });
      return;
    }
    let bytes = 0;
    stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
    stream.on('end', () => {
      stream.respond({ ':status': bytes === UPLOAD.length ? 200 : 500 });
      stream.end();
    });
  });
  const { probe } = await openProbe(uploads(server.url));
  const outcomes: string[] = [];
  for (let n = 0; n < 4; n++) outcomes.push(await probe.request(n));
  expect(outcomes).toEqual(['status_4xx', 'status_4xx', 'ok', 'ok']);
});

test.each([
  ['NO_ERROR', 0],
  ['CANCEL', 8],
  ['STREAM_CLOSED', 5],
] as const)('a complete answer counts, although %s ends the upload', async (_, code) => {
  const server = await serveStreams((stream) => {
    stream.respond({ ':status': 413, 'content-length': 3 });
    stream.write('no.');
    stream.once('data', () => stream.close(code));
  });
  const { probe } = await openProbe(uploads(server.url));
  expect(await probe.request(0)).toBe('status_4xx');
  expect(await probe.request(1)).toBe('status_4xx');
});

test.each([
  ['NO_ERROR', 0],
  ['CANCEL', 8],
] as const)('an answer to an upload that %s cuts off does not count', async (_, code) => {
  const server = await serveStreams((stream) => {
    stream.respond({ ':status': 200, 'content-length': 4 });
    stream.write('no.');
    stream.once('data', () => stream.close(code));
  });
  const { probe } = await openProbe(uploads(server.url));
  expect(await probe.request(0)).toBe('reset');
});

test('an upload whose stream ends with NO_ERROR without a response is a reset', async () => {
  const server = await serveStreams((stream) => stream.once('data', () => stream.close(0)));
  const { probe } = await openProbe(uploads(server.url));
  expect([await probe.request(0), await probe.request(1)]).toEqual(['reset', 'reset']);
});

test.each([
  ['write', 'POST', '{"_id":"k0","n":0}'.length],
  ['update', 'PATCH', '{"n":0}'.length],
  ['read', 'GET', undefined],
] as const)('sends the length of the body of a %s', async (type, method, length) => {
  const seen: unknown[] = [];
  const server = await serveStreams((stream, headers) => {
    seen.push([headers[':method'], headers['content-length']]);
    stream.respond({ ':status': 200 }, { endStream: true });
  });
  const { probe } = await openProbe(httpOptions(server.url, { type, http: { version: 2 } }));
  await probe.request(0);
  expect(seen).toEqual([[method, length === undefined ? undefined : String(length)]]);
});

test.each([
  ['UTF-8 text', { body: 'ü' }, '2'],
  ['no body of a POST', { body: null }, '0'],
  ['no body of a DELETE', { method: 'DELETE', body: null }, undefined],
] as const)('sends the length of %s', async (_, http, length) => {
  const seen: unknown[] = [];
  const server = await serveStreams((stream, headers) => {
    seen.push(headers['content-length']);
    stream.respond({ ':status': 200 }, { endStream: true });
  });
  const headers = { 'proxy-connection': 'keep-alive' };
  const { probe } = await openProbe(httpOptions(server.url, { type: 'write', http: { version: 2, headers, ...http } }));
  expect(await probe.request(0)).toBe('ok');
  expect(seen).toEqual([length]);
});

test.each([
  [4000, 10, 1024 * 1024, 'ok'],
  [40, 2000, 1024 * 1024, 'ok'],
  [1, 60_000, 1024 * 1024, 'ok'],
  [200, 10, 4096, 'protocol'],
])(
  'accepts or refuses a response with %i fields of %i bytes at a limit of %i',
  async (fields, bytes, maxHeaderBytes, outcome) => {
    const server = await serveStreams((stream) => {
      const headers = Object.fromEntries(
        Array.from({ length: fields }, (__, n) => [`x-${n}`, 'v'.repeat(bytes)] as const),
      );
      stream.respond({ ':status': 200, ...headers }, { endStream: true });
    });
    const { probe } = await openProbe(httpOptions(server.url, { http: { version: 2, maxHeaderBytes } }));
    expect([await probe.request(0), messageOf(probe.failure)][0]).toBe(outcome);
  },
);

test('follows settings that the server changes during a connection', async () => {
  const server = await serveStreams(
    (stream) => {
      stream.session?.settings({ initialWindowSize: 100, headerTableSize: 0, maxConcurrentStreams: 1 });
      let bytes = 0;
      stream.on('data', (chunk: Buffer) => (bytes += chunk.length));
      stream.on('end', () => stream.respond({ ':status': bytes === 300_000 ? 200 : 500 }, { endStream: true }));
    },
    { initialWindowSize: 1000 },
  );
  const { probe } = await openProbe(uploads(server.url, 'x'.repeat(300_000)));
  expect([await probe.request(0), await probe.request(1)]).toEqual(['ok', 'ok']);
  expect(server.sessions()).toBe(1);
});
