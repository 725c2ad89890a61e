import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { draw32, streamKey } from '../../../../../src/shared/random.ts';
import { HeaderDecoder, RESPONSE, TRAILERS } from '../../../../../src/drivers/http/http2/header-decoder.ts';
import { encodeField } from '../../../../../src/drivers/http/http2/header-encoder.ts';
import { httpOptions } from '../../../../contract/driver/http-options.ts';
import { openProbe } from '../running.ts';

const LIMIT = 1024 * 1024;

function decode(
  decoder: HeaderDecoder,
  hex: string,
  use: typeof RESPONSE | typeof TRAILERS = RESPONSE,
): readonly string[] {
  const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  return decoder.decode(bytes, 0, bytes.length, use).fields;
}

const DATE = 'Mon, 21 Oct 2013 20:13:21 GMT';
const LATER = 'Mon, 21 Oct 2013 20:13:22 GMT';
const URL = 'https://www.example.com';
const COOKIE = 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1';

describe('the examples of RFC 7541, appendix C', () => {
  test.each([
    [
      'plain text (C.5)',
      [
        '4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f7777772e6578616d706c652e636f6d',
        '4803333037c1c0bf',
      ],
    ],
    [
      'Huffman codes (C.6)',
      [
        '488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3',
        '4883640effc1c0bf',
        '88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
      ],
    ],
  ])('%s', (_, [first = '', second = '', third]) => {
    const decoder = new HeaderDecoder(LIMIT);
    const rest = ['cache-control', 'private', 'date', DATE, 'location', URL];
    expect(decode(decoder, first)).toEqual([':status', '302', ...rest]);
    expect(decode(decoder, second)).toEqual([':status', '307', ...rest]);
    if (third === undefined) return;
    expect(decode(decoder, third)).toEqual(
      [':status', '200', 'cache-control', 'private', 'date', LATER, 'location', URL].concat([
        'content-encoding',
        'gzip',
        'set-cookie',
        COOKIE,
      ]),
    );
  });
});

describe('the same block again', () => {
  test('has the same effect on the table', () => {
    const decoder = new HeaderDecoder(LIMIT);
    const block = '88 40 01 61 01 62'; // status 200, and `a: b`, which becomes entry 62
    for (let n = 0; n < 300; n++) expect(decode(decoder, block)).toEqual([':status', '200', 'a', 'b']);
    expect(decode(decoder, '88 40 01 63 01 64')).toEqual([':status', '200', 'c', 'd']);
    expect(decode(decoder, '88 bf be')).toEqual([':status', '200', 'a', 'b', 'c', 'd']);
  });

  test('means other fields after the table has changed', () => {
    const decoder = new HeaderDecoder(LIMIT);
    decode(decoder, '88 40 01 61 01 62');
    expect(decode(decoder, '88 be')).toEqual([':status', '200', 'a', 'b']);
    decode(decoder, '40 01 63 01 64', TRAILERS);
    expect(decode(decoder, '88 be')).toEqual([':status', '200', 'c', 'd']);
  });

  test('refers to nothing after the table was emptied', () => {
    const decoder = new HeaderDecoder(LIMIT);
    decode(decoder, '88 40 01 61 01 62');
    decode(decoder, '88 be');
    decode(decoder, '20 88');
    expect(() => decode(decoder, '88 be')).toThrow('unknown index 62');
  });
});

test('the table keeps as many of the newest entries as fit', () => {
  const decoder = new HeaderDecoder(LIMIT);
  for (let n = 0; n < 200; n++) {
    const field = Buffer.from(`@\x04n${String(n).padStart(3, '0')}\x01v`, 'latin1');
    decoder.decode(Buffer.concat([Buffer.from([0x88]), field]), 0, field.length + 1, RESPONSE);
  }
  // 4096 / (32 + 5) = 110 entries
  expect(decode(decoder, 'be')).toEqual(['n199', 'v']);
  expect(decode(decoder, 'ff2c')).toEqual(['n090', 'v']);
  expect(() => decode(decoder, 'ff2d')).toThrow('unknown index 172');
});

const key = streamKey('header blocks');
let drawn = 0;
const below = (most: number): number => Math.floor(((draw32(key, drawn++) >>> 0) / 2 ** 32) * most);
const text = (from: number, to: number, most: number): string =>
  String.fromCharCode(...Array.from({ length: below(most) }, () => from + below(to - from)));

/** Random fields without the characters of template tags: some of a few, so that a server indexes them, and some of any bytes. */
function randomHeaders(): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: below(20) }, () => {
      const name = below(2) === 0 ? `x-${below(8)}` : `y-${text(97, 123, 30)}`;
      return [name, below(2) === 0 ? `v${below(4)}` : text(36, 123, 60)] as const;
    }),
  );
}

test('decodes 500 header lists of the server of Node, and their trailers', async () => {
  const sent: Record<string, string>[] = [];
  const server = createServer();
  server.on('stream', (stream) => {
    const headers = { 'x-bytes': text(33, 127, 2000), ...randomHeaders() };
    const trailers = { 'x-last': '1', ...randomHeaders() };
    sent.push(headers);
    stream.respond({ ':status': 200, ...headers }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    stream.end('body');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const needs = { headers: true, body: true, maxBytes: 1000 };
  const { operations, ...options } = httpOptions(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    http: { version: 2 },
  });
  const { probe, session } = await openProbe({ ...options, operations: [{ ...operations[0]!, needs }] });
  onTestFinished(async () => {
    await session.close();
    server.close();
  });
  for (let n = 0; n < 500; n++) {
    expect(await probe.request(n)).toBe('ok');
    expect(probe.response?.text()).toBe('body');
    for (const [name, value] of Object.entries(sent[n] ?? {}))
      expect([name, probe.response?.header(name)]).toEqual([name, value]);
  }
});

test('the server of Node decodes 200 encoded requests', async () => {
  const received: IncomingHttpHeaders[] = [];
  const server = createServer();
  server.on('stream', (stream, headers) => {
    received.push(headers);
    stream.respond({ ':status': 204 }, { endStream: true });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  for (let n = 0; n < 200; n++) {
    const headers = { 'x-long': text(36, 123, 40_000), cookie: 'a=b', authorization: 'Bearer x', ...randomHeaders() };
    const options = httpOptions(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
      http: { version: 2, headers, path: `/p?q=${'x'.repeat(below(300))}` },
    });
    const { probe, session } = await openProbe(options);
    expect(await probe.request(n)).toBe('ok');
    expect(received[n]).toMatchObject(
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.trim()])),
    );
    await session.close();
  }
});

test.each([
  [':method', 'GET', '82'],
  [':path', '/a', '04022f61'],
  ['x', 'y', '0001780179'],
  ['authorization', 'z', '1f08017a'],
  ['content-length', '0', '0f0d0130'],
  ['x', 'a'.repeat(127), `0001787f00${'61'.repeat(127)}`],
  ['x', 'a'.repeat(300), `0001787fad01${'61'.repeat(300)}`],
])('encodes %s', (name, value, hex) => {
  expect(Buffer.from(encodeField(name, value), 'latin1').toString('hex')).toBe(hex);
});
