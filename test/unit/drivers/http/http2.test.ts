import type { Http2ServerResponse, ServerHttp2Stream } from 'node:http2';
import { describe, expect, test } from 'vitest';
import { messageOf } from '../../../../src/shared/errors.ts';
import { certificate, TRUSTING } from '../../../certificates/certificates.ts';
import { httpOptions } from '../../../contract/driver/http-options.ts';
import { openProbe, serve, serveBytes } from './running.ts';

const [DATA, HEADERS, RST_STREAM, SETTINGS] = [0, 1, 3, 4];
const END_HEADERS = 4;
/** As an index into the static table of header compression. */
const STATUS_200 = 0x88;

/** A frame as RFC 9113, section 4.1 lays it out, for what Node's server would not send. */
function frame(type: number, flags: number, stream: number, payload: readonly number[]): Buffer {
  return Buffer.from([0, 0, payload.length, type, flags, 0, 0, 0, stream, ...payload]);
}

/** The stream under an answer, for what only HTTP/2 can do. */
function streamOf(answer: unknown): ServerHttp2Stream {
  return (answer as { stream: ServerHttp2Stream }).stream;
}

test.each(['h2', 'h2c'] as const)('%s: headers and documents arrive', async (kind) => {
  const server = await serve(kind, (_, answer) => answer.end());
  const options = httpOptions(`${kind === 'h2' ? 'https' : 'http'}://127.0.0.1:${server.port}`, {
    type: 'write',
    http: {
      version: 2,
      tls: TRUSTING,
      headers: { authorization: 'Bearer x', host: 'name.example', connection: 'close' },
    },
  });
  const { probe } = await openProbe(options);
  expect(await probe.request(3)).toBe('ok');
  expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/docs', body: '{"_id":"k3","n":3}' });
  expect(server.seen[0]?.headers).toMatchObject({
    ':authority': 'name.example',
    'content-type': 'application/json',
    'user-agent': 'loadbot-agent',
    authorization: 'Bearer x',
  });
});

describe('a server without HTTP/2 is a protocol failure, not a silent HTTP/1.1', () => {
  test('over TLS', async () => {
    const server = await serve('https', (_, answer) => answer.end());
    const { probe } = await openProbe(
      httpOptions(`https://127.0.0.1:${server.port}`, { http: { version: 2, tls: TRUSTING } }),
    );
    expect(await probe.request(0)).toBe('protocol');
    expect(await probe.request(1)).toBe('protocol');
    expect(server.seen).toHaveLength(0);
  });

  test('over TLS without ALPN', async () => {
    const server = await serve('https', (_, answer) => answer.end(), {
      tls: { cert: certificate('server'), key: certificate('server-key'), ALPNProtocols: [] },
    });
    const { probe } = await openProbe(
      httpOptions(`https://127.0.0.1:${server.port}`, { http: { version: 2, tls: TRUSTING } }),
    );
    expect(await probe.request(0)).toBe('protocol');
    expect(server.seen).toHaveLength(0);
  });

  test('in plain text', async () => {
    const server = await serve('http', (_, answer) => answer.end());
    const { probe } = await openProbe(httpOptions(`http://127.0.0.1:${server.port}`, { http: { version: 2 } }));
    expect(await probe.request(0)).toBe('protocol');
    expect(messageOf(probe.failure)).toBe('the server does not support HTTP/2');
    expect(server.seen).toHaveLength(0);
  });
});

test.each([
  ['INTERNAL_ERROR', 2, 'reset'],
  ['REFUSED_STREAM', 7, 'reset'],
  ['ENHANCE_YOUR_CALM', 11, 'reset'],
  ['PROTOCOL_ERROR', 1, 'protocol'],
] as const)('a stream that ends with %s', async (_, code, outcome) => {
  let calls = 0;
  const server = await serve('h2c', (_request, answer) => {
    if (++calls === 2) streamOf(answer).close(code);
    else answer.end();
  });
  const { probe } = await openProbe(httpOptions(`http://127.0.0.1:${server.port}`, { http: { version: 2 } }));
  for (let n = 0; n < 3; n++) await probe.request(n);
  expect(probe.outcomes).toEqual(['ok', outcome, 'ok']);
});

test.each([
  ['CANCEL', 8],
  ['INTERNAL_ERROR', 2],
] as const)('a body that is cut off with %s is an error', async (_, code) => {
  const port = await serveBytes((socket) => {
    socket.write(frame(SETTINGS, 0, 0, []));
    socket.once('data', () => {
      socket.write(Buffer.concat([frame(HEADERS, END_HEADERS, 1, [STATUS_200]), frame(DATA, 0, 1, [97, 98, 99])]));
      setTimeout(() => socket.write(frame(RST_STREAM, 0, 1, [0, 0, 0, code])), 20);
    });
  });
  const { probe } = await openProbe(httpOptions(`http://127.0.0.1:${port}`, { http: { version: 2 } }));
  expect(await probe.request(0)).toBe('reset');
});

test.each([
  ['INTERNAL_ERROR', 2, 'reset'],
  ['PROTOCOL_ERROR', 1, 'protocol'],
  ['ENHANCE_YOUR_CALM', 11, 'reset'],
] as const)(
  'fails the request when the server ends the connection with %s, and opens another',
  async (_, code, outcome) => {
    let calls = 0;
    const server = await serve('h2c', (_request, answer) => {
      if (++calls === 1) streamOf(answer).session?.goaway(code);
      else answer.end();
    });
    const { probe } = await openProbe(httpOptions(`http://127.0.0.1:${server.port}`, { http: { version: 2 } }));
    expect(await probe.request(0)).toBe(outcome);
    expect(await probe.request(1)).toBe('ok');
    expect(server.seen).toHaveLength(2);
  },
);

test('a server that sends GOAWAY finishes its streams, and gets a new connection', async () => {
  let calls = 0;
  const server = await serve('h2c', (_, answer) => {
    if (++calls % 2 === 1) {
      answer.end();
      return;
    }
    streamOf(answer).session?.close(); // sends GOAWAY
    setTimeout(() => answer.end('x'.repeat(1000)), 20);
  });
  const { probe } = await openProbe(httpOptions(`http://127.0.0.1:${server.port}`, { http: { version: 2 } }));
  for (let n = 0; n < 10; n++) expect(await probe.request(n)).toBe('ok');
  expect(server.seen).toHaveLength(10);
});

test('accepts a response before the document was sent completely', async () => {
  const server = await serve('h2c', (_, answer) => answer.end());
  const body = 'x'.repeat(5_000_000);
  const { probe } = await openProbe(
    httpOptions(`http://127.0.0.1:${server.port}`, { type: 'write', http: { version: 2, body } }),
  );
  expect(await probe.request(0)).toBe('ok');
  expect(server.seen[0]?.body).toHaveLength(body.length);
});

test('ignores trailers and informational responses', async () => {
  const server = await serve('h2c', (_, answer) => {
    const response = answer as unknown as Http2ServerResponse;
    response.writeEarlyHints({ link: '</x>; rel=preload' });
    response.writeHead(503);
    response.write('abc');
    response.addTrailers({ x: 'y' });
    response.end();
  });
  const { probe } = await openProbe(httpOptions(`http://127.0.0.1:${server.port}`, { http: { version: 2 } }));
  expect(await probe.request(0)).toBe('status_5xx');
  expect(await probe.request(1)).toBe('status_5xx');
});
