import { deflateRawSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { failure } from '../../../src/shared/outcome.ts';
import { settlesWithTimeout, systemClock } from '../../../src/shared/clock.ts';
import { connectDriver } from '../../websocket/connect-driver.ts';
import { RawServer, serverFrame } from '../../websocket/raw-server.ts';

const MAX_BYTES = 1000;
const ANSWER = serverFrame(0x81, '{"id":0}');

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A session whose messages are small, so that it can be exceeded. */
async function connect(
  server: RawServer,
  given: Parameters<typeof connectDriver>[1] = {},
): ReturnType<typeof connectDriver> {
  closers.push(() => server.stop());
  return connectDriver(server, { ...given, options: { max_message_bytes: MAX_BYTES, ...given.options } });
}

/** A server whose first answer is `bytes`, and whose later connections answer correctly. */
async function startWith(bytes: Buffer): Promise<RawServer> {
  let isFirst = true;
  return RawServer.start(
    ({ socket, accepted }) => socket.write(accepted),
    (socket) => {
      socket.write(isFirst ? bytes : ANSWER);
      isFirst = false;
    },
  );
}

const huge = Buffer.from([0x82, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 2, 3]);

describe('frames that violate the protocol fail one request, and the connection is replaced', () => {
  test.each([
    ['a masked frame', Buffer.from([0x81, 0x81, 1, 2, 3, 4, 0x60]), 'has masked a frame'],
    ['reserved bits', serverFrame(0x91, 'a'), 'reserved bit'],
    ['a compressed frame that was not agreed on', serverFrame(0xc1, 'a'), 'has compressed a frame'],
    ['an unknown data frame', serverFrame(0x83, 'a'), 'unknown type 3'],
    ['an unknown control frame', serverFrame(0x8b, 'a'), 'unknown type 11'],
    ['a fragmented ping', serverFrame(0x09, 'a'), 'control frame in fragments'],
    ['a ping of 126 bytes', serverFrame(0x89, 'a'.repeat(126)), 'control frame in fragments, or a long one'],
    ['a continuation without a beginning', serverFrame(0x80, 'a'), 'continued a message that had not begun'],
    [
      'a message within a message',
      Buffer.concat([serverFrame(0x01, 'a'), serverFrame(0x81, 'b')]),
      'within another one',
    ],
    ['text that is not UTF-8', serverFrame(0x81, Buffer.from([0xff, 0xfe])), 'not UTF-8'],
    ['a close frame of one byte', serverFrame(0x88, 'a'), 'close frame of one byte'],
    ['a reason that is not UTF-8', serverFrame(0x88, Buffer.from([3, 232, 0xff])), 'reason that is not UTF-8'],
    ['HTTP', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), 'has compressed a frame'],
  ])('%s', async (_, bytes, message) => {
    const server = await startWith(bytes);
    const { probe } = await connect(server);
    expect(await probe.request(0)).toBe('protocol');
    expect(String(probe.failure)).toContain(message);
    expect(await probe.request(0)).toBe('ok');
    expect([probe.outcomes, probe.faults, server.connections]).toEqual([['protocol', 'ok'], [], 2]);
  });
});

describe('a message above max_message_bytes', () => {
  const fragments = Buffer.concat([
    serverFrame(0x02, 'a'.repeat(600)),
    ...Array.from({ length: 40 }, () => serverFrame(0x00, 'a'.repeat(10))),
    serverFrame(0x00, 'b'),
  ]);
  const bomb = deflateRawSync(Buffer.alloc(10_000_000));
  test.each([
    ['in one frame', serverFrame(0x82, 'a'.repeat(MAX_BYTES + 1)), {}],
    ['announced as 2^63 bytes', huge, {}],
    ['in fragments', fragments, {}],
    ['when it is decompressed', serverFrame(0xc2, bomb.subarray(0, MAX_BYTES)), { compression: true }],
  ])('%s', async (_, bytes, options) => {
    const server = await RawServer.start(
      ({ socket, accepted }) =>
        socket.write(
          'compression' in options
            ? accepted.replace(
                '\r\n\r\n',
                '\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n\r\n',
              )
            : accepted,
        ),
      (socket) => socket.write(bytes),
    );
    const { probe } = await connect(server, { options });
    expect(await probe.request(0)).toBe('protocol');
    expect([probe.detail, String(probe.failure)]).toEqual([
      'message_too_large',
      expect.stringContaining('more than 1000 bytes'),
    ]);
  });

  test('a message of exactly the maximum is read', async () => {
    const server = await startWith(serverFrame(0x81, 'a'.repeat(MAX_BYTES)));
    const { probe } = await connect(server);
    expect([await probe.request(0), probe.response?.bodyBytes]).toEqual(['ok', MAX_BYTES]);
  });
});

describe('an upgrade that is not answered correctly', () => {
  test.each([
    ['401', 'HTTP/1.1 401 Unauthorized\r\n\r\n', 'status_4xx', 'HTTP 401 Unauthorized'],
    ['404', 'HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno', 'status_4xx', 'HTTP 404 Not Found'],
    ['503', 'HTTP/1.1 503 Busy\r\n\r\n', 'status_5xx', 'HTTP 503 Busy'],
    ['a redirect', 'HTTP/1.1 302 Found\r\nLocation: /x\r\n\r\n', 'protocol', 'HTTP 302'],
    ['200', 'HTTP/1.1 200 OK\r\n\r\n', 'protocol', 'HTTP 200'],
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'protocol', 'did not answer the upgrade with HTTP/1.1'],
    [
      'a wrong key',
      'HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
      'protocol',
      'wrong sec-websocket-accept',
    ],
    ['no upgrade', 'HTTP/1.1 101 S\r\nConnection: close\r\n\r\n', 'protocol', 'did not switch'],
    ['a malformed header', 'HTTP/1.1 101 S\r\nUpgrade\r\n\r\n', 'protocol', 'malformed header'],
    ['endless headers', `HTTP/1.1 101 S\r\n${'X: y\r\n'.repeat(20_000)}`, 'protocol', 'headers of more than'],
  ])('%s', async (_, answer, outcome, message) => {
    const server = await RawServer.start(({ socket }) => socket.write(answer));
    const { probe } = await connect(server);
    expect(await probe.request(0)).toBe(outcome);
    expect(String(probe.failure)).toContain(message);
    expect(await probe.request(0)).toBe(outcome);
    expect(probe.faults).toEqual([]);
  });

  test.each([
    ['an extension', {}, 'Sec-WebSocket-Extensions: permessage-deflate', 'extension that was not offered'],
    ['no compression', { compression: true }, 'X: y', 'does not compress'],
    [
      'a shared window',
      { compression: true },
      'Sec-WebSocket-Extensions: permessage-deflate',
      'in a way that was not offered',
    ],
    ['no subprotocol', { subprotocols: ['a'] }, 'X: y', 'supports none of the subprotocols a'],
    [
      'another subprotocol',
      { subprotocols: ['a'] },
      'Sec-WebSocket-Protocol: b',
      'chose a subprotocol that was not offered',
    ],
  ])('%s that does not fit', async (_, options, header, message) => {
    const server = await RawServer.start(({ socket, accepted }) =>
      socket.write(accepted.replace('\r\n\r\n', `\r\n${header}\r\n\r\n`)),
    );
    const { probe } = await connect(server, { options });
    expect(await probe.request(0)).toBe('protocol');
    expect(String(probe.failure)).toContain(message);
  });

  test('half an answer times out when the connection is opened, and leaves no socket', async () => {
    const server = await RawServer.start(({ socket }) => socket.write('HTTP/1.1 101 Switching'));
    const { probe } = await connect(server, { timeoutMs: 50 });
    expect(await probe.request(0)).toBe('timeout');
    await expect.poll(() => server.open).toBe(0);
  });

  test('half an answer and a close are a reset', async () => {
    const server = await RawServer.start(({ socket }) => socket.end('HTTP/1.1 101 Switching'));
    const { probe } = await connect(server);
    expect(await probe.request(0)).toBe('reset');
  });
});

describe('a server that sends without end', () => {
  test.each([
    ['fragments without content', serverFrame(0x01), serverFrame(0x00)],
    ['pings', serverFrame(0x8a), serverFrame(0x89, 'x'.repeat(125))],
    ['messages that do not match', serverFrame(0x81, '{}'), serverFrame(0x81, '{"id":1}')],
  ])('%s: the request is canceled by its timeout', async (_, first, next) => {
    const many = Buffer.concat(Array.from({ length: 1000 }, () => next));
    const server = await RawServer.start(
      ({ socket, accepted }) => socket.write(accepted),
      (socket) => {
        socket.write(first);
        const flood = setInterval(() => {
          if (socket.writableLength < 1e6) socket.write(many);
        }, 1);
        socket.once('close', () => clearInterval(flood));
      },
    );
    const { probe, session } = await connect(server, { commands: [{ send: { id: '#n' }, match: ['/id'] }] });
    const ended = probe.request(0);
    expect(await settlesWithTimeout(systemClock(), 100, ended)).toBe(false);
    session.cancel(failure('timeout'));
    expect(await ended).toBe('timeout');
    await expect.poll(() => server.open).toBe(0);
    expect([probe.outcomes, probe.faults]).toEqual([['timeout'], []]);
  });
});

test('any damage of an answer gives one outcome, and the session works on', async () => {
  const whole = Buffer.concat([
    serverFrame(0x89, 'ping'),
    serverFrame(0x01, '{"id"'),
    serverFrame(0x00, ':0'),
    serverFrame(0x80, '}'),
    serverFrame(0x82, Buffer.alloc(200)),
  ]);
  let seed = 7;
  const draw = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
  let next = ANSWER;
  const server = await RawServer.start(
    ({ socket, accepted }) => socket.write(accepted),
    (socket) => socket.write(next),
  );
  const { probe, session } = await connect(server);
  const seen = new Set<string>();
  for (let n = 0; n < 150; n++) {
    next = Buffer.from(whole);
    for (let damage = 0; damage <= draw(3); damage++) next[draw(whole.length)] = draw(256);
    const ended = probe.request(0);
    // A damaged length may wait for more bytes.
    if (!(await settlesWithTimeout(systemClock(), 20, ended))) session.cancel(failure('timeout'));
    seen.add(await ended);
    next = ANSWER;
    session.reconnect();
    expect(await probe.request(0)).toBe('ok');
  }
  expect([probe.faults, probe.outcomes.length]).toEqual([[], 300]);
  expect([...seen]).toEqual(expect.arrayContaining(['ok', 'protocol']));
  expect([...seen].filter((outcome) => !['ok', 'protocol', 'reset', 'timeout'].includes(outcome))).toEqual([]);
});
