import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { DriverOptions, ResponseContent, ResponseNeeds } from '../../../src/drivers/driver.ts';
import { openProbe, serve, serveBytes } from '../../unit/drivers/http/running.ts';
import { httpOptions } from './http-options.ts';
import type { Answer, HttpKind, SeenRequest } from './http-server.ts';
import type { Probe } from '../../../src/driver-kit/probe.ts';

const MIB = 1024 ** 2;
const ALL: ResponseNeeds = { headers: true, body: true, maxBytes: MIB };
const TEXT = 'pizza "Über" 🍕 '.repeat(500);

function withNeeds(options: DriverOptions, needs: ResponseNeeds): DriverOptions {
  return { ...options, operations: options.operations.map((operation) => ({ ...operation, needs })) };
}

function optionsFor(kind: HttpKind, port: number, needs: ResponseNeeds, method = 'GET'): DriverOptions {
  const http = {
    version: kind.startsWith('h2') ? 2 : 1,
    method,
    tls: { ca: undefined, cert: undefined, key: undefined, serverName: undefined, insecureSkipVerify: true },
  } as const;
  const scheme = kind === 'https' || kind === 'h2' ? 'https' : 'http';
  return withNeeds(httpOptions(`${scheme}://127.0.0.1:${port}`, { http }), needs);
}

/** Content of the exchange's last response. */
function contentOf({ response }: Probe): ResponseContent {
  if (response === undefined) throw new Error('the exchange has no response');
  return response;
}

/** Sends one request to a server with this handler; returns outcome and content. */
async function exchange(
  kind: HttpKind,
  handler: (request: SeenRequest, answer: Answer) => void,
  needs = ALL,
  method = 'GET',
): Promise<{ outcome: string; content: ResponseContent; probe: Probe }> {
  const server = await serve(kind, handler);
  const { probe } = await openProbe(optionsFor(kind, server.port, needs, method));
  const outcome = await probe.request(0);
  return { outcome, content: contentOf(probe), probe };
}

/** Answers with a body and these headers. */
function answering(body: Buffer | string, headers: Record<string, string | number | string[]> = {}, status = 200) {
  return (_: SeenRequest, answer: Answer): void => {
    answer.writeHead(status, headers);
    answer.end(body);
  };
}

/** A frame of one raw block (RFC 8878), because Node 20 has no zstd to make one. */
function zstdFrame(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, bytes.length]);
  const block = Buffer.alloc(3);
  block.writeUIntLE((bytes.length << 3) | 1, 0, 3);
  return Buffer.concat([head, block, bytes]);
}

/** Streams `megabytes` MiB, each piece after the one before it was accepted. */
function streaming(megabytes: number) {
  const piece = Buffer.alloc(64 * 1024, 'x');
  return (_: SeenRequest, answer: Answer): void => {
    answer.writeHead(200);
    let left = megabytes * 16;
    const next = (): void => {
      while (left > 0) {
        left--;
        if (!answer.write(piece)) {
          answer.once('drain', next);
          return;
        }
      }
      answer.end();
    };
    next();
  };
}

describe.each<HttpKind>(['http', 'https', 'h2c', 'h2'])('content of a response, %s', (kind) => {
  test('has headers by lower-case name, of which several are joined', async () => {
    const { content } = await exchange(
      kind,
      answering('', { 'X-Request-Id': 'a:b', 'x-list': ['one', 'two'], 'x-empty': '' }),
    );
    expect(content.header('x-request-id')).toBe('a:b');
    expect(content.header('x-list')).toBe('one, two');
    expect(content.header('x-empty')).toBe('');
    expect(content.header('x-request')).toBeUndefined();
  });

  test('keeps cookies apart', async () => {
    const cookies = [
      'a=1; Path=/; Expires=Wed, 01 Jan 2099 00:00:00 GMT',
      'b=x=y, z',
      'a=2; HttpOnly',
      'noequals; a=9',
    ];
    const { content } = await exchange(kind, answering('', { 'set-cookie': cookies }));
    expect(content.cookie('a')).toBe('2');
    expect(content.cookie('b')).toBe('x=y, z');
    expect(content.cookie('c')).toBeUndefined();
    expect(content.cookie('Path')).toBeUndefined();
  });

  test.each([
    ['of known length', TEXT, { 'content-length': Buffer.byteLength(TEXT) }],
    ['of unknown length', TEXT, {}],
    ['in gzip', gzipSync(TEXT), { 'content-encoding': 'gzip' }],
    ['in x-gzip', gzipSync(TEXT), { 'content-encoding': 'X-GZIP' }],
    ['in deflate', deflateSync(TEXT), { 'content-encoding': 'deflate' }],
    ['in deflate without zlib format', deflateRawSync(TEXT), { 'content-encoding': 'deflate' }],
    ['in brotli', brotliCompressSync(TEXT), { 'content-encoding': 'br' }],
    ['in two encodings', brotliCompressSync(gzipSync(TEXT)), { 'content-encoding': 'gzip, br' }],
    ['in UTF-16', Buffer.from(TEXT, 'utf16le'), { 'content-type': 'text/plain; charset="UTF-16LE"' }],
  ])('has a body %s as text', async (_, body, headers) => {
    const { outcome, content } = await exchange(kind, answering(body, headers));
    expect(outcome).toBe('ok');
    expect(content.text()).toBe(TEXT);
    expect(content.value()).toBeUndefined();
  });

  test('counts the bytes of the body as decoded, or as received without its need', async () => {
    const gzipped = gzipSync(TEXT);
    const handler = answering(gzipped, { 'content-encoding': 'gzip' });
    expect((await exchange(kind, handler)).content.bodyBytes).toBe(Buffer.byteLength(TEXT));
    const without = await exchange(kind, handler, { headers: false, body: false, maxBytes: MIB });
    expect(without.content.bodyBytes).toBe(gzipped.length);
  });

  test('decodes zstd where Node has it', async () => {
    const { content } = await exchange(kind, answering(zstdFrame('a small text'), { 'content-encoding': 'zstd' }));
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    if (major > 22 || (major === 22 && minor >= 15)) expect(content.text()).toBe('a small text');
    else expect(() => content.text()).toThrow(/^the body cannot be decoded as zstd: Node \S+ has no zstd/);
  });

  test('has the body of an error', async () => {
    const { outcome, content } = await exchange(kind, answering('{"error":"sold out"}', {}, 409));
    expect(outcome).toBe('status_4xx');
    expect(content.text()).toBe('{"error":"sold out"}');
  });

  test.each([
    ['HEAD', 200, { 'content-length': 100, 'content-encoding': 'gzip' }],
    ['GET', 204, {}],
  ])('is empty for a response without body: %s %i', async (method, status, headers) => {
    const { outcome, content } = await exchange(
      kind,
      answering('', { ...headers, 'x-here': 'yes' }, status),
      ALL,
      method,
    );
    expect(outcome).toBe('ok');
    expect(content.text()).toBe('');
    expect(content.bodyBytes).toBe(0);
    expect(content.header('x-here')).toBe('yes');
  });

  test('reports a body that cannot be decoded', async () => {
    const cut = await exchange(kind, answering(gzipSync(TEXT).subarray(0, 40), { 'content-encoding': 'gzip' }));
    expect(() => cut.content.text()).toThrow('the body cannot be decoded as gzip: unexpected end of file');
    const unknown = await exchange(kind, answering('x', { 'content-encoding': 'lzma' }));
    expect(() => unknown.content.text()).toThrow('the body has the unknown content-encoding lzma');
    const charset = await exchange(kind, answering('x', { 'content-type': 'text/plain; charset=klingon' }));
    expect(() => charset.content.text()).toThrow('the body has the unknown charset klingon');
  });

  test('refuses a body that is larger than allowed, also if only when decoded', async () => {
    const limited = { ...ALL, maxBytes: 1000 };
    const exact = await exchange(kind, answering('x'.repeat(1000)), limited);
    expect(exact.content.text()).toHaveLength(1000);
    const larger = await exchange(kind, answering('x'.repeat(1001)), limited);
    expect(larger.outcome).toBe('ok');
    expect(() => larger.content.text()).toThrow('the body is larger than 1000 bytes (max_body)');
    expect(larger.content.bodyBytes).toBe(1001);
    // Decodes to 64 MiB, in memory of at most the limit.
    const bomb = await exchange(kind, answering(gzipSync(Buffer.alloc(64 * MIB)), { 'content-encoding': 'gzip' }));
    const before = process.memoryUsage().rss;
    expect(() => bomb.content.text()).toThrow(`the body is larger than ${MIB} bytes (max_body)`);
    expect(process.memoryUsage().rss - before).toBeLessThan(16 * MIB);
  });

  test('is that of the latest request, also after a response with an identical head', async () => {
    let served = 0;
    const server = await serve(kind, (_, answer) => {
      const body = `body ${served++ % 2}`.padEnd(served === 3 ? 200_000 : 6, '.');
      answer.writeHead(200, { date: 'Mon, 01 Jan 2024 00:00:00 GMT', 'x-same': 'same', 'content-length': body.length });
      answer.end(body);
    });
    const { probe } = await openProbe(optionsFor(kind, server.port, ALL));
    for (let n = 0; n < 6; n++) {
      expect(await probe.request(n)).toBe('ok');
      const content = contentOf(probe);
      expect(content.header('x-same')).toBe('same');
      expect(content.text().slice(0, 6)).toBe(`body ${n % 2}`);
      expect(content.bodyBytes).toBe(n === 2 ? 200_000 : 6);
    }
    expect(server.connections).toBe(1);
  });

  test('streams a large body in bounded memory', async () => {
    const server = await serve(kind, streaming(192));
    const { probe } = await openProbe(optionsFor(kind, server.port, ALL));
    const before = process.memoryUsage().rss;
    let peak = 0;
    const timer = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss - before)), 5);
    expect(await probe.request(0)).toBe('ok');
    clearInterval(timer);
    expect(contentOf(probe).bodyBytes).toBe(192 * MIB);
    expect(() => contentOf(probe).text()).toThrow('larger than');
    expect(peak).toBeLessThan(64 * MIB);
  });

  test('is absent when no response arrived', async () => {
    const server = await serve(kind, ({ url }, answer) => {
      if (url.endsWith('k0')) answer.end('first');
    });
    const { session, probe } = await openProbe(optionsFor(kind, server.port, ALL));
    await probe.request(0);
    expect(contentOf(probe).text()).toBe('first');
    const second = probe.request(1);
    session.cancel(1);
    await second;
    expect(probe.response).toBeUndefined();
  });
});

describe('content of an HTTP/1.1 response', () => {
  /** Outcomes and texts of two requests, each of which is answered with these bytes in pieces. */
  async function read(pieces: readonly string[], ends = false): Promise<{ texts: string[]; connections: number }> {
    let connections = 0;
    const port = await serveBytes((socket) => {
      connections++;
      socket.on('data', () => {
        let at = 0;
        const next = (): void => {
          const piece = pieces[at++];
          if (piece === undefined) {
            if (ends) socket.end();
            return;
          }
          socket.write(piece, 'latin1');
          setTimeout(next, 2);
        };
        next();
      });
    });
    const { probe } = await openProbe(optionsFor('http', port, ALL));
    const texts: string[] = [];
    for (let n = 0; n < 2; n++) {
      expect(await probe.request(n)).toBe('ok');
      texts.push(contentOf(probe).text());
    }
    expect(contentOf(probe).header('x-a')).toMatch(/^1 +2$/);
    return { texts, connections };
  }

  const HEAD = 'HTTP/1.1 200 OK\r\nX-A: \t1 2 \r\n';

  test('may end with the connection', async () => {
    expect(await read([`${HEAD}\r\nab`, 'cd'], true)).toEqual({ texts: ['abcd', 'abcd'], connections: 2 });
  });

  test('joins chunks that are cut at any place', async () => {
    const response = `${HEAD}transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\ntrailer: 1\r\n\r\n`;
    const cut = await read(response.match(/[^]{1,7}/g) ?? []);
    expect(cut).toEqual({ texts: ['abcde', 'abcde'], connections: 1 });
    expect((await read([response])).texts).toEqual(['abcde', 'abcde']);
  });

  test('has a folded header', async () => {
    const response = 'HTTP/1.1 200 OK\r\nx-a: 1\r\n 2\r\ncontent-length: 1\r\n\r\na';
    expect((await read([response])).texts).toEqual(['a', 'a']);
  });

  test('is not that of an informational response, nor of bytes after it', async () => {
    const hints = 'HTTP/1.1 103 Early Hints\r\nX-A: hint\r\n\r\n';
    const response = `${hints}${HEAD}content-length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\nX-A: 3\r\ncontent-length: 0\r\n\r\n`;
    expect(await read([response])).toEqual({ texts: ['abc', 'abc'], connections: 2 });
  });
});
