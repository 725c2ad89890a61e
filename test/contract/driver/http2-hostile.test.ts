import { describe, expect, onTestFinished, test } from 'vitest';
import { httpDriver } from '../../../src/drivers/http/http-driver.ts';
import type { Session } from '../../../src/drivers/driver.ts';
import { Probe } from '../../../src/driver-kit/probe.ts';
import { messageOf } from '../../../src/shared/errors.ts';
import { failure } from '../../../src/shared/outcome.ts';
import { draw32, streamKey } from '../../../src/shared/random.ts';
import * as h2 from '../../http2/frames.ts';
import { type RawConnection, RawServer } from '../../http2/raw-server.ts';
import { openWorkers, requestAll } from '../../http2/workers.ts';
import { httpOptions } from './http-options.ts';

const { TYPE, END_HEADERS, END_STREAM, STATUS_200, frame, literal, settings, uint32 } = h2;
const MAX_HEADER_BYTES = 4096;

interface Hostile {
  /** First bytes of the first connection; SETTINGS by default. */
  readonly greeting?: Buffer;
  /** Answer to the first request of the first connection. */
  readonly bytes?: Buffer;
  /** Closes the first connection after these bytes. */
  readonly closes?: boolean;
  readonly http?: NonNullable<Parameters<typeof httpOptions>[1]>['http'];
}

/** A server whose first connection is hostile, and whose later ones answer correctly. */
async function start({ greeting, bytes, closes }: Hostile): Promise<RawServer> {
  const server = await RawServer.start({
    onConnection: ({ socket, index }) => socket.write(index === 0 ? (greeting ?? settings()) : settings()),
    onRequest: ({ socket, index }: RawConnection, stream) => {
      if (index > 0 || stream > 1) socket.write(frame(TYPE.headers, END_HEADERS | END_STREAM, stream, STATUS_200));
      else if (closes === true) socket.end(bytes ?? '');
      else if (bytes !== undefined) socket.write(bytes);
    },
  });
  onTestFinished(() => server.stop());
  return server;
}

async function open(server: RawServer, http: Hostile['http'] = {}): Promise<{ probe: Probe; session: Session }> {
  const options = httpOptions(server.url, { http: { version: 2, maxHeaderBytes: MAX_HEADER_BYTES, ...http } });
  const session = await httpDriver(options).connect(new AbortController().signal);
  onTestFinished(() => session.close());
  return { probe: new Probe(session, 20_000), session };
}

/** Outcomes of two requests, the first one to a hostile server, and the message of its failure. */
async function attack(hostile: Hostile): Promise<{ outcomes: string[]; message: string }> {
  const server = await start(hostile);
  const { probe } = await open(server, hostile.http);
  await probe.request(0);
  const message = messageOf(probe.failure);
  await probe.request(1);
  expect(probe.faults).toEqual([]);
  return { outcomes: [...probe.outcomes], message };
}

const head = frame(TYPE.headers, END_HEADERS, 1, STATUS_200);
const many = (count: number, bytes: Buffer): Buffer => Buffer.concat(Array.from({ length: count }, () => bytes));
const block = (...fields: Buffer[]): Buffer =>
  frame(TYPE.headers, END_HEADERS | END_STREAM, 1, Buffer.concat([STATUS_200, ...fields]));
const raw = (...bytes: number[]): Buffer => frame(TYPE.headers, END_HEADERS | END_STREAM, 1, bytes);

describe('fails one request as protocol, and replaces the connection, after', () => {
  test.each<[string, Hostile, string]>([
    ['HTTP/1.1', { greeting: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') }, 'does not support HTTP/2'],
    ['another protocol', { greeting: Buffer.from('SSH-2.0-OpenSSH_9.2\r\n') }, 'does not support HTTP/2'],
    [
      'a first frame that is not SETTINGS',
      { greeting: frame(TYPE.ping, 0, 0, uint32(0, 0)) },
      'does not support HTTP/2',
    ],
    ['an acknowledgement as the first frame', { greeting: frame(TYPE.settings, 1, 0) }, 'does not support HTTP/2'],
    ['SETTINGS of 5 bytes', { greeting: frame(TYPE.settings, 0, 0, [0, 0, 0, 0, 0]) }, 'SETTINGS with 5 bytes'],
    ['a frame that is too large', { bytes: frame(TYPE.data, 0, 1, [], 16_385) }, 'a frame of 16385 bytes'],
    ['a frame of 2^24-1 bytes', { bytes: frame(99, 0, 1, [], 2 ** 24 - 1) }, 'a frame of 16777215 bytes'],
    ['DATA on stream 0', { bytes: frame(TYPE.data, 0, 0, 'x') }, 'DATA on stream 0'],
    [
      'DATA on a stream that was never opened',
      { bytes: frame(TYPE.data, 0, 7, 'x') },
      'DATA on stream 7, which was never opened',
    ],
    ['DATA on a stream of the server', { bytes: frame(TYPE.data, 0, 2, 'x') }, 'DATA on stream 2'],
    ['HEADERS on stream 0', { bytes: frame(TYPE.headers, END_HEADERS, 0, STATUS_200) }, 'HEADERS on stream 0'],
    [
      'HEADERS on a stream of the server',
      { bytes: frame(TYPE.headers, END_HEADERS, 2, STATUS_200) },
      'HEADERS on stream 2',
    ],
    ['a body before its headers', { bytes: frame(TYPE.data, END_STREAM, 1, 'x') }, 'a body before its headers'],
    ['an end before headers', { bytes: frame(TYPE.data, END_STREAM, 1) }, 'no headers'],
    ['padding longer than the frame', { bytes: frame(TYPE.data, h2.PADDED, 1, [9, 1, 2]) }, 'more padding than bytes'],
    ['padding without its length', { bytes: frame(TYPE.data, h2.PADDED, 1) }, 'more padding than bytes'],
    [
      'headers with padding longer than the frame',
      { bytes: frame(TYPE.headers, END_HEADERS | h2.PADDED, 1, [9, 0x88]) },
      'more padding than bytes',
    ],
    [
      'headers shorter than their priority',
      { bytes: frame(TYPE.headers, END_HEADERS | h2.HAS_PRIORITY, 1, [0, 0]) },
      'more padding than bytes',
    ],
    [
      'CONTINUATION without HEADERS',
      { bytes: frame(TYPE.continuation, END_HEADERS, 1) },
      'continued a header block that had not begun',
    ],
    [
      'a frame within a header block',
      { bytes: Buffer.concat([frame(TYPE.headers, 0, 1, STATUS_200), frame(TYPE.ping, 0, 0, uint32(0, 0))]) },
      'interrupted a header block',
    ],
    [
      'CONTINUATION of another stream',
      { bytes: Buffer.concat([frame(TYPE.headers, 0, 1, STATUS_200), frame(TYPE.continuation, END_HEADERS, 3)]) },
      'interrupted a header block',
    ],
    [
      'empty CONTINUATIONs without an end',
      { bytes: Buffer.concat([frame(TYPE.headers, 0, 1), many(2000, frame(TYPE.continuation, 0, 1))]) },
      'headers in more than 1024 frames',
    ],
    [
      'CONTINUATIONs of unlimited size',
      {
        bytes: Buffer.concat([
          frame(TYPE.headers, 0, 1),
          many(100, frame(TYPE.continuation, 0, 1, Buffer.alloc(1000))),
        ]),
      },
      'more than 4096 bytes of headers',
    ],
    [
      'a header list that is too large',
      { bytes: block(...Array.from({ length: 200 }, (_, n) => literal(`x-${n}`, 'v'))) },
      'more than 4096 bytes of headers',
    ],
    [
      'a compression bomb',
      { bytes: raw(0x88, 0x40, 1, 97, 100, ...Buffer.alloc(100, 'b'), ...new Uint8Array(3000).fill(0xbe)) },
      'more than 4096 bytes of headers',
    ],
    ['index 0', { bytes: raw(0x80) }, 'index 0'],
    ['an index without an entry', { bytes: raw(0x88, 0xfe) }, 'unknown index 126'],
    ['a name without an entry', { bytes: raw(0x88, 0x7e, 1, 97) }, 'unknown index 62'],
    [
      'a number that is too large',
      { bytes: raw(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f) },
      'a number that is too large',
    ],
    ['an incomplete number', { bytes: raw(0x88, 0xff, 0xff) }, 'an incomplete number'],
    ['a text longer than its block', { bytes: raw(0x88, 0x00, 1, 97, 50, 98) }, 'an incomplete text'],
    ['a field without a value', { bytes: raw(0x88, 0x00, 1, 97) }, 'an incomplete field'],
    ['Huffman padding of zeros', { bytes: raw(0x88, 0x00, 1, 97, 0x81, 0x00) }, 'invalid Huffman code'],
    ['Huffman padding of a byte', { bytes: raw(0x88, 0x00, 1, 97, 0x82, 0x1f, 0xff) }, 'invalid Huffman code'],
    [
      'the end of text in a text',
      { bytes: raw(0x88, 0x00, 1, 97, 0x84, 0xff, 0xff, 0xff, 0xff) },
      'invalid Huffman code',
    ],
    ['a larger header table than allowed', { bytes: raw(0x3f, 0xe2, 0x1f, 0x88) }, 'header table to 4097 bytes'],
    ['a change of the table after a field', { bytes: raw(0x88, 0x20) }, 'a change of the table size after a field'],
    [
      'headers without a status',
      { bytes: frame(TYPE.headers, END_HEADERS | END_STREAM, 1, literal('a', 'b')) },
      'no status',
    ],
    [
      'a status of two digits',
      { bytes: frame(TYPE.headers, END_HEADERS | END_STREAM, 1, literal(':status', '20')) },
      'a malformed pseudo-header',
    ],
    ['two statuses', { bytes: block(STATUS_200) }, 'a malformed pseudo-header'],
    ['an unknown pseudo-header', { bytes: block(literal(':path', '/')) }, 'a malformed pseudo-header'],
    [
      'a pseudo-header after a header',
      { bytes: frame(TYPE.headers, END_HEADERS | END_STREAM, 1, Buffer.concat([literal('a', 'b'), STATUS_200])) },
      'a malformed pseudo-header',
    ],
    ['a name in upper case', { bytes: block(literal('Server', 'x')) }, 'a malformed header'],
    ['a name with a blank', { bytes: block(literal('a b', 'x')) }, 'a malformed header'],
    ['an empty name', { bytes: block(literal('', 'x')) }, 'a malformed header'],
    ['a value with a line feed', { bytes: block(literal('a', 'x\ny')) }, 'a malformed header'],
    [
      'a header of the connection',
      { bytes: block(literal('transfer-encoding', 'chunked')) },
      'the header transfer-encoding',
    ],
    [
      'two lengths',
      { bytes: block(literal('content-length', '0'), literal('content-length', '1')) },
      'a malformed content-length',
    ],
    ['a length that is not a number', { bytes: block(literal('content-length', '-1')) }, 'a malformed content-length'],
    [
      'a body longer than its length',
      {
        bytes: Buffer.concat([
          frame(TYPE.headers, END_HEADERS, 1, Buffer.concat([STATUS_200, literal('content-length', '1')])),
          frame(TYPE.data, END_STREAM, 1, 'ab'),
        ]),
      },
      'longer than its content-length',
    ],
    [
      'a body of status 204',
      { bytes: Buffer.concat([frame(TYPE.headers, END_HEADERS, 1, [0x89]), frame(TYPE.data, END_STREAM, 1, 'a')]) },
      'which its method or status excludes',
    ],
    ['a body of HEAD', { http: { method: 'HEAD' }, bytes: h2.answer(1) }, 'which its method or status excludes'],
    ['status 101', { bytes: frame(TYPE.headers, END_HEADERS, 1, literal(':status', '101')) }, 'status 101'],
    [
      'an informational response at the end',
      { bytes: frame(TYPE.headers, END_HEADERS | END_STREAM, 1, literal(':status', '103')) },
      'no headers after its status 103',
    ],
    [
      'headers within the body',
      {
        bytes: Buffer.concat([
          head,
          frame(TYPE.data, 0, 1, 'a'),
          frame(TYPE.headers, END_HEADERS, 1, literal('a', 'b')),
        ]),
      },
      'headers within its body',
    ],
    [
      'a status in trailers',
      { bytes: Buffer.concat([head, frame(TYPE.headers, END_HEADERS | END_STREAM, 1, STATUS_200)]) },
      'a status in its trailers',
    ],
    [
      'a pushed response',
      { bytes: frame(TYPE.push, END_HEADERS, 1, Buffer.concat([uint32(2), STATUS_200])) },
      'pushed a response',
    ],
    ['ENABLE_PUSH', { bytes: settings([2, 1]) }, 'ENABLE_PUSH to 1'],
    ['a window of more than 2^31-1 bytes', { bytes: settings([4, 2 ** 31]) }, 'INITIAL_WINDOW_SIZE to 2147483648'],
    ['MAX_FRAME_SIZE below its minimum', { bytes: settings([5, 100]) }, 'MAX_FRAME_SIZE to 100'],
    ['SETTINGS on a stream', { bytes: frame(TYPE.settings, 0, 1) }, 'SETTINGS on stream 1'],
    [
      'an acknowledgement with content',
      { bytes: frame(TYPE.settings, 1, 0, uint32(0, 0).subarray(0, 6)) },
      'SETTINGS with 6 bytes',
    ],
    ['PING of 7 bytes', { bytes: frame(TYPE.ping, 0, 0, '1234567') }, 'PING with 7 bytes'],
    ['PING on a stream', { bytes: frame(TYPE.ping, 0, 1, '12345678') }, 'PING on stream 1'],
    ['GOAWAY on a stream', { bytes: frame(TYPE.goaway, 0, 1, uint32(0, 0)) }, 'GOAWAY on stream 1'],
    ['GOAWAY of 4 bytes', { bytes: frame(TYPE.goaway, 0, 0, uint32(0)) }, 'GOAWAY with 4 bytes'],
    ['PRIORITY on stream 0', { bytes: frame(TYPE.priority, 0, 0, '12345') }, 'PRIORITY on stream 0'],
    ['PRIORITY of 4 bytes', { bytes: frame(TYPE.priority, 0, 1, '1234') }, 'PRIORITY with 4 bytes'],
    ['RST_STREAM of 3 bytes', { bytes: frame(TYPE.reset, 0, 1, '123') }, 'RST_STREAM with 3 bytes'],
    ['RST_STREAM on stream 0', { bytes: frame(TYPE.reset, 0, 0, uint32(0)) }, 'RST_STREAM on stream 0'],
    [
      'RST_STREAM on a stream that was never opened',
      { bytes: frame(TYPE.reset, 0, 5, uint32(0)) },
      'RST_STREAM on stream 5',
    ],
    ['WINDOW_UPDATE of 5 bytes', { bytes: frame(TYPE.window, 0, 0, '12345') }, 'WINDOW_UPDATE with 5 bytes'],
    ['WINDOW_UPDATE by 0 on the connection', { bytes: frame(TYPE.window, 0, 0, uint32(0)) }, 'its window by 0 bytes'],
    ['WINDOW_UPDATE by 0 on a stream', { bytes: frame(TYPE.window, 0, 1, uint32(0)) }, 'window of a stream by 0 bytes'],
    [
      'WINDOW_UPDATE on a stream that was never opened',
      { bytes: frame(TYPE.window, 0, 9, uint32(1)) },
      'WINDOW_UPDATE on stream 9',
    ],
    ['a window that overflows', { bytes: frame(TYPE.window, 0, 0, uint32(2 ** 31 - 1)) }, 'more than 2^31-1 bytes'],
    [
      'a window of a stream that overflows',
      { bytes: frame(TYPE.window, 0, 1, uint32(2 ** 31 - 1)) },
      'more than 2^31-1 bytes',
    ],
    [
      'windows that overflow by a setting',
      { bytes: Buffer.concat([frame(TYPE.window, 0, 1, uint32(2 ** 30)), settings([4, 2 ** 31 - 1])]) },
      'more than 2^31-1 bytes',
    ],
    ['a flood of PING', { bytes: many(10_100, frame(TYPE.ping, 0, 0, '12345678')) }, '10000 frames without a response'],
    ['a flood of SETTINGS', { bytes: many(10_100, settings()) }, '10000 frames without a response'],
    [
      'a flood of empty DATA',
      { bytes: Buffer.concat([head, many(10_100, frame(TYPE.data, 0, 1))]) },
      '10000 frames without a response',
    ],
    [
      'a flood of WINDOW_UPDATE',
      { bytes: many(10_100, frame(TYPE.window, 0, 0, uint32(1))) },
      '10000 frames without a response',
    ],
    [
      'a flood of PRIORITY',
      { bytes: many(10_100, frame(TYPE.priority, 0, 1, '12345')) },
      '10000 frames without a response',
    ],
    [
      'a flood of informational responses',
      { bytes: many(10_100, frame(TYPE.headers, END_HEADERS, 1, literal(':status', '103'))) },
      '10000 frames without a response',
    ],
    [
      'a flood of padding',
      { bytes: Buffer.concat([head, many(10_100, frame(TYPE.data, h2.PADDED, 1, [1, 0]))]) },
      '10000 frames without a response',
    ],
    [
      'a pseudo-header in trailers',
      { bytes: Buffer.concat([head, frame(TYPE.headers, END_HEADERS | END_STREAM, 1, literal(':path', '/'))]) },
      'a malformed pseudo-header',
    ],
    ['MAX_FRAME_SIZE above its maximum', { bytes: settings([5, 2 ** 24]) }, 'MAX_FRAME_SIZE to 16777216'],
    ['RST_STREAM with an unknown code', { bytes: frame(TYPE.reset, 0, 1, uint32(2 ** 32 - 1)) }, 'an unknown code'],
    ['GOAWAY with an unknown code', { bytes: frame(TYPE.goaway, 0, 0, uint32(1, 99)) }, 'an unknown code'],
    ['PUSH_PROMISE on stream 0', { bytes: frame(TYPE.push, END_HEADERS, 0, uint32(2)) }, 'pushed a response'],
    ['a flood of unknown frames', { bytes: many(10_100, frame(0xbb, 0, 1)) }, '10000 frames without a response'],
  ])('%s', async (_, hostile, message) => {
    const result = await attack(hostile);
    expect(result.message).toContain(message);
    expect(result.outcomes).toEqual(['protocol', 'ok']);
  });
});

describe('fails one request as reset, and replaces the connection, after', () => {
  test.each<[string, Hostile, string]>([
    ['half a frame head', { bytes: Buffer.from([0, 0]), closes: true }, 'closed before the response was complete'],
    [
      'half headers',
      { bytes: frame(TYPE.headers, END_HEADERS, 1, [], 40), closes: true },
      'closed before the response was complete',
    ],
    [
      'half a body',
      { bytes: Buffer.concat([head, frame(TYPE.data, END_STREAM, 1, 'abc', 9)]), closes: true },
      'closed before the response was complete',
    ],
    ['headers without an end', { bytes: head, closes: true }, 'closed before the response was complete'],
    [
      'a body shorter than its length',
      {
        bytes: Buffer.concat([
          frame(TYPE.headers, END_HEADERS, 1, Buffer.concat([STATUS_200, literal('content-length', '9')])),
          frame(TYPE.data, END_STREAM, 1, 'a'),
        ]),
      },
      '8 bytes before its content-length',
    ],
    ['RST_STREAM with REFUSED_STREAM', { bytes: frame(TYPE.reset, 0, 1, uint32(7)) }, 'REFUSED_STREAM'],
    [
      'RST_STREAM with NO_ERROR after half a response',
      { bytes: Buffer.concat([head, frame(TYPE.reset, 0, 1, uint32(0))]) },
      'NO_ERROR',
    ],
    ['GOAWAY with INTERNAL_ERROR', { bytes: frame(TYPE.goaway, 0, 0, uint32(1, 2)) }, 'INTERNAL_ERROR'],
    [
      'GOAWAY for the request, and a close',
      { bytes: frame(TYPE.goaway, 0, 0, uint32(1, 0)), closes: true },
      'closed before the response was complete',
    ],
  ])('%s', async (_, hostile, message) => {
    const result = await attack(hostile);
    expect(result.message).toContain(message);
    expect(result.outcomes).toEqual(['reset', 'ok']);
  });
});

describe('succeeds in spite of', () => {
  test.each<[string, Hostile]>([
    [
      'PRIORITY and unknown frames',
      {
        bytes: Buffer.concat([
          frame(TYPE.priority, 0, 1, '12345'),
          frame(0xaa, 0xff, 1, 'abc'),
          frame(0x10, 0, 0, '\0\0\0\x01u=1'), // PRIORITY_UPDATE
          frame(0x0a, 0, 0, '\0\0h2=":443"'), // ALTSVC
          frame(0xbb, 0, 0),
          h2.answer(1),
        ]),
      },
    ],
    ['unknown settings', { greeting: settings([99, 1], [200, 2 ** 32 - 1]), bytes: h2.answer(1) }],
    [
      'padding',
      {
        bytes: Buffer.concat([
          frame(TYPE.headers, END_HEADERS | h2.PADDED | h2.HAS_PRIORITY, 1, [2, 0, 0, 0, 0, 9, 0x88, 0, 0]),
          frame(TYPE.data, END_STREAM | h2.PADDED, 1, [3, 97, 0, 0, 0]),
        ]),
      },
    ],
    ['two changes of the table size', { bytes: raw(0x20, 0x3f, 0xe1, 0x1f, 0x88) }],
    [
      'a GOAWAY after GOAWAY',
      {
        bytes: Buffer.concat([
          frame(TYPE.goaway, 0, 0, uint32(2 ** 31 - 1, 0)),
          frame(TYPE.goaway, 0, 0, uint32(1, 0)),
          h2.answer(1),
        ]),
      },
    ],
    ['DATA after the end', { bytes: Buffer.concat([h2.answer(1), frame(TYPE.data, 0, 1, 'more')]) }],
    [
      'headers after the end',
      { bytes: Buffer.concat([h2.answer(1), frame(TYPE.headers, END_HEADERS, 1, STATUS_200)]) },
    ],
    ['trailers after the end', { bytes: Buffer.concat([h2.answer(1), block()]) }],
    ['RST_STREAM after the end', { bytes: Buffer.concat([h2.answer(1), frame(TYPE.reset, 0, 1, uint32(0))]) }],
    ['padding alone', { bytes: Buffer.concat([head, frame(TYPE.data, END_STREAM | h2.PADDED, 1, [3, 0, 0, 0])]) }],
    [
      'headers in many frames',
      {
        bytes: Buffer.concat([
          frame(TYPE.headers, END_STREAM, 1),
          many(100, frame(TYPE.continuation, 0, 1)),
          frame(TYPE.continuation, END_HEADERS, 1, STATUS_200),
        ]),
      },
    ],
    [
      'informational responses and trailers',
      {
        bytes: Buffer.concat([
          many(50, frame(TYPE.headers, END_HEADERS, 1, literal(':status', '103'))),
          head,
          frame(TYPE.headers, END_HEADERS | END_STREAM, 1, literal('a', 'b')),
        ]),
      },
    ],
    [
      'reserved bits of stream ids',
      { bytes: Buffer.concat([frame(TYPE.headers, END_HEADERS | END_STREAM, 0x8000_0001, STATUS_200)]) },
    ],
    [
      'an acknowledgement of a PING that was never sent',
      { bytes: Buffer.concat([frame(TYPE.ping, 1, 0, '12345678'), h2.answer(1)]) },
    ],
    ['GOAWAY before the response', { bytes: Buffer.concat([frame(TYPE.goaway, 0, 0, uint32(1, 0)), h2.answer(1)]) }],
    ['GOAWAY that excludes the request, which is sent again', { bytes: frame(TYPE.goaway, 0, 0, uint32(0, 0)) }],
  ])('%s', async (_, hostile) => {
    expect((await attack(hostile)).outcomes).toEqual(['ok', 'ok']);
  });
});

test.each([
  ['DATA', frame(TYPE.data, 0, 1, 'x')],
  ['HEADERS', frame(TYPE.headers, END_HEADERS, 1, literal('a', 'b'))],
])('a flood of %s of a canceled request ends the connection', async (_, flood) => {
  const server = await start({ bytes: head });
  const { probes, sessions } = await openWorkers(server.url, 2, { streams: 2 });
  const canceled = probes[0]!.request(0);
  await expect.poll(() => server.connections[0]?.frames.length).toBeGreaterThanOrEqual(3);
  const { socket } = server.connections[0]!;
  socket.write(frame(TYPE.ping, 0, 0, '12345678'));
  await expect.poll(() => server.frames.filter(({ type }) => type === TYPE.ping).length).toBe(1);
  sessions[0]!.cancel(failure('timeout'));
  expect(await canceled).toBe('timeout');
  await expect.poll(() => server.frames.filter(({ type }) => type === TYPE.reset).length).toBe(1);
  socket.write(many(10_100, flood));
  await expect.poll(() => socket.destroyed).toBe(true);
  expect(await requestAll(probes)).toEqual(['ok', 'ok']);
  expect(server.connections).toHaveLength(2);
});

test('a server that sends PING and data without end, and does not read, ends its request alone', async () => {
  const bytes = many(2000, Buffer.concat([frame(TYPE.data, 0, 1, 'x'), frame(TYPE.ping, 0, 0, '12345678')]));
  const server = await RawServer.start({
    onRequest: ({ socket, index }, stream) => {
      if (index > 0) socket.write(h2.answer(stream));
      else {
        const send = (): void => {
          while (!socket.destroyed && socket.write(bytes));
        };
        socket.pause();
        socket.write(head);
        socket.on('drain', send);
        send();
      }
    },
  });
  onTestFinished(() => server.stop());
  const { probe } = await open(server);
  const usual = process.memoryUsage.rss();
  expect(await probe.request(0)).toBe('protocol');
  expect(messageOf(probe.failure)).toContain('does not read their answers');
  expect(process.memoryUsage.rss() - usual).toBeLessThan(200 * 1024 * 1024);
  expect(await probe.request(1)).toBe('ok');
});

test('an upload that needs more than 10,000 extensions of a window is sent completely', async () => {
  const updates = 12_000;
  const body = 'x'.repeat(65_535 + 10 * updates);
  let received = 0;
  const server = await RawServer.start({
    onFrame: ({ socket }, { type, stream, payload, flags }) => {
      if (type !== TYPE.data) return;
      received += payload.length;
      if ((flags & END_STREAM) !== 0) socket.write(h2.answer(stream));
      else if (received >= 65_535)
        socket.write(Buffer.concat([frame(TYPE.window, 0, 0, uint32(10)), frame(TYPE.window, 0, stream, uint32(10))]));
    },
  });
  onTestFinished(() => server.stop());
  const options = httpOptions(server.url, { type: 'write', http: { version: 2, body } });
  const session = await httpDriver(options).connect(new AbortController().signal);
  onTestFinished(() => session.close());
  const probe = new Probe(session, 60_000);
  expect([await probe.request(0), messageOf(probe.failure)]).toEqual(['ok', messageOf(undefined)]);
  expect(received).toBe(body.length);
});

test('a window that stays empty leaves the upload to its deadline', async () => {
  const server = await start({ greeting: settings([4, 0]) });
  const options = httpOptions(server.url, { type: 'write', http: { version: 2, body: 'x'.repeat(100_000) } });
  const session = await httpDriver(options).connect(new AbortController().signal);
  onTestFinished(() => session.close());
  const probe = new Probe(session, 60_000);
  const first = probe.request(0);
  await expect
    .poll(() => server.frames.filter(({ type, flags }) => type === TYPE.settings && flags === 1).length)
    .toBe(1);
  session.cancel(failure('timeout'));
  expect(await first).toBe('timeout');
  expect(probe.outcomes).toEqual(['timeout']);
});

test('grants a stream at most 1 MiB, and a connection 1 MiB for each of its streams', async () => {
  const WINDOW = 1024 * 1024;
  const BODY = 4 * WINDOW;
  const [streams, chunk] = [4, Buffer.alloc(16_000, 'x')];
  const windows = new Map<number, number>([[0, 65_535]]);
  const left = new Map<number, number>();
  let most = 0;
  const add = (id: number, bytes: number): void => void windows.set(id, (windows.get(id) ?? 0) + bytes);
  const server = await RawServer.start({
    onRequest: ({ socket }, stream) => {
      windows.set(stream, WINDOW);
      left.set(stream, BODY);
      socket.write(frame(TYPE.headers, END_HEADERS, stream, STATUS_200));
    },
    onFrame: ({ socket }, { type, stream: id, payload }) => {
      if (type === TYPE.window) add(id, payload.readUInt32BE());
      for (const [each, bytes] of windows) most = Math.max(most, each === 0 ? bytes / streams : bytes);
      for (const [stream, rest] of left) {
        let unsent = rest;
        while (unsent > 0) {
          const bytes = Math.min(chunk.length, unsent, windows.get(0)! - 256, windows.get(stream)! - 256);
          if (bytes <= 0) break;
          unsent -= bytes;
          // With padding, which counts.
          const padded = Buffer.concat([Buffer.from([255]), chunk.subarray(0, bytes), Buffer.alloc(255)]);
          add(0, -padded.length);
          add(stream, -padded.length);
          socket.write(frame(TYPE.data, h2.PADDED | (unsent === 0 ? END_STREAM : 0), stream, padded));
        }
        if (unsent === 0) left.delete(stream);
        else left.set(stream, unsent);
      }
    },
  });
  onTestFinished(() => server.stop());
  const { probes } = await openWorkers(server.url, streams, { streams });
  expect(await requestAll(probes)).toEqual(Array.from({ length: streams }, () => 'ok'));
  expect(most).toBe(WINDOW);
});

test('answers PING and SETTINGS', async () => {
  const server = await start({
    bytes: Buffer.concat([frame(TYPE.ping, 0, 0, '12345678'), settings([3, 7]), h2.answer(1)]),
  });
  const { probe } = await open(server);
  expect(await probe.request(0)).toBe('ok');
  await probe.request(1); // its frames arrive after the answers
  const answers = server.frames.filter(({ type, flags }) => flags === h2.ACK && type !== TYPE.headers);
  expect(answers.map(({ type, payload }) => [type, payload.toString()])).toEqual([
    [TYPE.settings, ''],
    [TYPE.ping, '12345678'],
    [TYPE.settings, ''],
  ]);
});

test('a server that always refuses to process the request is asked 4 times', async () => {
  const server = await RawServer.start({
    onRequest: ({ socket }) => socket.write(frame(TYPE.goaway, 0, 0, uint32(0, 0))),
  });
  onTestFinished(() => server.stop());
  const { probe } = await open(server);
  expect(await probe.request(0)).toBe('reset');
  expect(messageOf(probe.failure)).toContain('before it processed the request, 4 times');
  expect(server.connections).toHaveLength(4);
});

test.each([
  ['before its SETTINGS', Buffer.alloc(0)],
  ['within a frame', Buffer.concat([settings(), frame(TYPE.headers, END_HEADERS, 1, [], 100)])],
])('a server that stalls %s leaves the request to its deadline', async (_, greeting) => {
  const server = await start({ greeting });
  const { probe, session } = await open(server);
  const request = probe.request(0);
  await expect.poll(() => server.frames.filter(({ type }) => type === TYPE.headers).length).toBe(1);
  expect(probe.outcomes).toEqual([]);
  session.cancel(failure('timeout'));
  expect([await request, await probe.request(1)]).toEqual(['timeout', 'ok']);
});

test('each of 600 damaged answers ends in exactly one outcome', async () => {
  const key = streamKey('damaged HTTP/2');
  let drawn = 0;
  const random = (): number => (draw32(key, drawn++) >>> 0) / 2 ** 32;
  const valid = Buffer.concat([
    settings([1, 4096], [3, 100]),
    frame(
      TYPE.headers,
      END_HEADERS,
      1,
      Buffer.concat([STATUS_200, literal('content-type', 'text/plain'), Buffer.from([0x40, 1, 97, 1, 98])]),
    ),
    frame(TYPE.data, 0, 1, 'some content'),
    frame(TYPE.ping, 0, 0, '12345678'),
    frame(TYPE.window, 0, 0, uint32(1000)),
    frame(TYPE.data, END_STREAM, 1, 'more content'),
    frame(TYPE.goaway, 0, 0, uint32(1, 0)),
  ]);
  const server = await RawServer.start({
    onConnection: ({ socket }) => socket.write(settings()),
    onRequest: ({ socket }) => {
      const bytes = Buffer.from(valid);
      const changes = 1 + Math.floor(random() * 4);
      for (let n = 0; n < changes; n++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      socket.end(bytes.subarray(0, random() < 0.3 ? Math.floor(random() * bytes.length) : bytes.length));
    },
  });
  onTestFinished(() => server.stop());
  const { probe } = await open(server);
  for (let n = 0; n < 600; n++) await probe.request(n);
  expect(probe.faults).toEqual([]);
  expect(probe.outcomes).toHaveLength(600);
  expect([...new Set(probe.outcomes)].sort()).toEqual(expect.arrayContaining(['ok', 'protocol', 'reset']));
});
