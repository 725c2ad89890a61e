import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HeadCache } from '../../../../src/drivers/http/response-head.ts';
import { INVALID, ResponseReader, COMPLETE } from '../../../../src/drivers/http/response-reader.ts';

interface Reading {
  /** `cut`: the connection ended in the middle of it. */
  readonly verdict: 'whole' | 'invalid' | 'cut';
  readonly status: number;
  readonly reusable: boolean;
  readonly idleLimitMs: number;
}

/** Reads a response that comes in these pieces, each overwritten afterwards, before the server ends the connection. */
function read(pieces: readonly Uint8Array[], bodiless = false, reader = new ResponseReader(65_536)): Reading {
  const steps = readInSteps(pieces, bodiless, reader);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same, in a step for each piece. */
function* readInSteps(
  pieces: readonly Uint8Array[],
  bodiless: boolean,
  reader: ResponseReader,
): Generator<void, Reading> {
  reader.begin(bodiless);
  const reading = (verdict: Reading['verdict']): Reading => {
    const { status, reusable, idleLimitMs } = reader;
    return verdict === 'whole'
      ? { verdict, status, reusable, idleLimitMs }
      : { verdict, status: 0, reusable: false, idleLimitMs: Infinity };
  };
  const buffer = new Uint8Array(Math.max(1, ...pieces.map(({ length }) => length)) + 3);
  let progress = 0;
  for (const piece of pieces) {
    // Only the first byte after the last piece of a response matters.
    if (progress === COMPLETE) return { ...reading('whole'), reusable: false };
    buffer.fill(0xff).set(piece);
    progress = reader.read(buffer, piece.length);
    if (progress === INVALID) return reading('invalid');
    yield;
  }
  if (progress === COMPLETE) return reading('whole');
  return reader.end() ? reading('whole') : reading('cut');
}

function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

function readText(text: string, bodiless = false): Reading {
  return read([bytes(text)], bodiless);
}

/** The same bytes in pieces that end at these places. */
function pieces(whole: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const ends = [...new Set(cuts.map((cut) => cut % (whole.length + 1))), whole.length].toSorted((a, b) => a - b);
  return ends.map((end, n) => whole.subarray(ends[n - 1] ?? 0, end)).filter(({ length }) => length > 0);
}

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;

describe('end of a response', () => {
  test.each([
    ['a body of known length', `${OK}content-length: 3\r\n\r\nabc`, true],
    ['no body', `${OK}Content-Length:0\r\n\r\n`, true],
    ['blanks around a length', `${OK}content-length: \t 3 \t\r\n\r\nabc`, true],
    ['a reason of many words', 'HTTP/1.1 200 All is \xfcell\r\ncontent-length: 0\r\n\r\n', true],
    ['no reason', 'HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n', true],
    ['chunks', `${CHUNKED}3\r\nabc\r\n0A\r\n0123456789\r\n0\r\n\r\n`, true],
    ['chunks with extensions', `${CHUNKED}3;a=b;c\r\nabc\r\n0 ;last\r\n\r\n`, true],
    ['chunks and trailers', `${CHUNKED}3\r\nabc\r\n0\r\nx: y\r\ncontent-length: 9\r\n\r\n`, true],
    ['chunks last among codings', `${OK}transfer-encoding: gzip , Chunked\r\n\r\n0\r\n\r\n`, true],
    ['codings over two lines', `${OK}transfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`, true],
    ['another coding', `${OK}transfer-encoding: gzip\r\n\r\nabc`, false],
    ['the end of the connection', `${OK}\r\nabc`, false],
    ['the end of the connection, at once', `${OK}\r\n`, false],
    ['a length in HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 3\r\n\r\nabc', false],
    ['HTTP/1.0 kept alive', 'HTTP/1.0 200 OK\r\ncontent-length: 0\r\nconnection: Keep-Alive\r\n\r\n', true],
    [
      'chunks in HTTP/1.0',
      'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      false,
    ],
    ['the last response', `${OK}connection: close\r\ncontent-length: 0\r\n\r\n`, false],
    ['the last response among options', `${OK}connection: x,, Close ,y\r\ncontent-length: 0\r\n\r\n`, false],
    ['both options', `${OK}connection: keep-alive\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, false],
    ['something after it', `${OK}content-length: 3\r\n\r\nabcd`, false],
    ['something after chunks', `${CHUNKED}0\r\n\r\nHTTP/1.1 200 OK\r\n`, false],
    [
      'hints before it',
      `HTTP/1.1 103 Hints\r\nlink: x\r\n\r\nHTTP/1.1 102 P\r\n\r\n${OK}content-length: 0\r\n\r\n`,
      true,
    ],
    [
      'the length of hints is none of its own',
      `HTTP/1.1 103 H\r\nconnection: close\r\n\r\n${OK}content-length: 0\r\n\r\n`,
      true,
    ],
  ])('%s', (_, text, reusable) => {
    expect(readText(text)).toMatchObject({ verdict: 'whole', status: 200, reusable });
  });

  test.each([
    ['a header', `${OK}x: y\r\n z\r\ncontent-length: 3\r\n\r\nabc`, true],
    ['a header, by a tab, twice, and by nothing else', `${OK}x: y\r\n\tz\r\n \t\r\ncontent-length: 3\r\n\r\nabc`, true],
    ['the last header', `${OK}content-length: 3\r\nx: y\r\n z\r\n\r\nabc`, true],
    ['a length', `${OK}content-length:\r\n 3\r\n\r\nabc`, true],
    ['a length, after it', `${OK}content-length: 3\r\n \r\n\r\nabc`, true],
    ['a coding', `${OK}transfer-encoding: gzip,\r\n chunked\r\n\r\n0\r\n\r\n`, true],
    ['connection options', `${OK}connection: x,\r\n\tclose\r\ncontent-length: 0\r\n\r\n`, false],
    ['a word that only looks like close', `${OK}connection: close\r\n d\r\ncontent-length: 0\r\n\r\n`, true],
    ['a trailer', `${CHUNKED}0\r\nx: y\r\n z\r\n\r\n`, true],
    ['a header of hints', `HTTP/1.1 103 H\r\nlink: a,\r\n b\r\n\r\n${OK}content-length: 0\r\n\r\n`, true],
  ])('folds %s', (_, text, reusable) => {
    const whole = bytes(text);
    expect(readText(text)).toMatchObject({ verdict: 'whole', status: 200, reusable });
    for (let cut = 0; cut < whole.length; cut++) {
      expect(read(pieces(whole, [cut]))).toMatchObject({ verdict: 'whole', status: 200, reusable });
    }
  });

  test.each([
    ['length, coding', 'content-length: 9\r\ntransfer-encoding: chunked\r\n'],
    ['coding, length', 'transfer-encoding: chunked\r\ncontent-length: 9\r\n'],
    ['two lengths', 'content-length: 9\r\ncontent-length: 8\r\n'],
    ['codings in any order', 'transfer-encoding: chunked, gzip\r\n'],
  ])('ignores lengths of responses without a body: %s', (_, lines) => {
    expect(readText(`${OK}${lines}\r\n`, true)).toMatchObject({ verdict: 'whole', status: 200, reusable: true });
    for (const status of [204, 304]) {
      const text = `HTTP/1.1 ${status} X\r\n${lines}\r\n`;
      expect(readText(text)).toMatchObject({ verdict: 'whole', status, reusable: true });
    }
    const hints = `HTTP/1.1 103 H\r\n${lines}\r\n${OK}content-length: 0\r\n\r\n`;
    expect(readText(hints)).toMatchObject({ verdict: 'whole', status: 200, reusable: true });
    const reader = new ResponseReader(65_536);
    const head = bytes(`${OK}${lines}\r\n`);
    expect(read([head], true, reader).verdict).toBe('whole');
    expect(read([head], false, reader).verdict).toBe('invalid');
  });

  test.each([
    ['before a length', 'transfer-encoding: identity\r\ncontent-length: 3\r\n', 'abc'],
    ['after a length', 'content-length: 3\r\ntransfer-encoding: Identity\r\n', 'abc'],
    ['alone', 'transfer-encoding: identity\r\n', 'abc'],
  ])('the coding identity of HTTP/1.0 is ignored, and its connection is not reused: %s', (_, lines, body) => {
    const text = `HTTP/1.0 200 OK\r\nconnection: keep-alive\r\n${lines}\r\n${body}`;
    expect(readText(text)).toMatchObject({ verdict: 'whole', status: 200, reusable: false });
  });

  test('limits the headers to the configured size', () => {
    const head = bytes(`${OK}x: ${'y'.repeat(100_000)}\r\n${'z: 1\r\n'.repeat(10_000)}content-length: 0\r\n\r\n`);
    expect(read([head], false, new ResponseReader(1024 * 1024)).verdict).toBe('whole');
    const reader = new ResponseReader(100_100);
    expect(read([head], false, reader).verdict).toBe('invalid');
    expect(reader.problem).toBe("the server's response has more than 100100 bytes of headers (max_header_size)");
    const small = new ResponseReader(50_000);
    expect(read(pieces(head, [30_000, 60_000]), false, small).verdict).toBe('invalid');
    expect(small.problem).toContain('more than 50000 bytes');
  });

  test.each([204, 304])('%i has no body, with any headers', (status) => {
    expect(readText(`HTTP/1.1 ${status} X\r\ncontent-length: 9\r\n\r\n`)).toMatchObject({
      verdict: 'whole',
      status,
      reusable: true,
    });
  });

  test('a response to HEAD has no body, with any length or coding', () => {
    expect(readText(`${OK}content-length: 9\r\n\r\n`, true)).toMatchObject({ verdict: 'whole', reusable: true });
    expect(readText(CHUNKED, true)).toMatchObject({ verdict: 'whole', reusable: true });
    expect(readText(`${OK}\r\n`, true)).toMatchObject({ verdict: 'whole', reusable: true });
  });

  test.each([
    ['nothing', ''],
    ['half a status line', 'HTTP/1.1 2'],
    ['headers', `${OK}content-length: 0\r\n`],
    ['a body', `${OK}content-length: 4\r\n\r\nabc`],
    ['a chunk', `${CHUNKED}4\r\nabc`],
    ['chunks without the last', `${CHUNKED}3\r\nabc\r\n`],
    ['trailers', `${CHUNKED}0\r\nx: y\r\n`],
    ['only hints', 'HTTP/1.1 103 Hints\r\n\r\n'],
  ])('%s, then the end of the connection', (_, text) => {
    expect(readText(text).verdict).toBe('cut');
  });
});

describe('invalid responses', () => {
  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['another protocol that ends no line', '\x15\x03\x03\x00\x02'],
    ['another protocol that begins alike', 'HTTX'],
    ['HTTP/2', 'HTTP/2 200 OK\r\n'],
    ['HTTP/1.2', 'HTTP/1.2 200 OK\r\n'],
    ['HTTP/0.9', '<html>'],
    ['a status of two digits', 'HTTP/1.1 20\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 X\r\n'],
    ['a status below 100', 'HTTP/1.1 099 X\r\n'],
    ['a status of letters', 'HTTP/1.1 2x0 X\r\n'],
    ['an upgrade', 'HTTP/1.1 101 Go\r\nupgrade: x\r\n\r\n'],
    ['a line that ends in LF alone', 'HTTP/1.1 200 OK\ncontent-length: 0\r\n\r\n'],
    ['a CR in the middle of a line', `${OK}x: a\rb\r\n\r\n`],
    ['a zero byte', `${OK}x: a\0b\r\n\r\n`],
    ['a header without a colon', `${OK}x\r\n\r\n`],
    ['a header without a name', `${OK}: x\r\n\r\n`],
    ['a blank before the colon', `${OK}content-length : 3\r\n\r\n`],
    ['a folded line before any header', `${OK} x: y\r\nz: a\r\n\r\n`],
    ['a coding folded into no coding', `${OK}transfer-encoding: chunked\r\n x\r\ncontent-length: 0\r\n\r\n`],
    ['a folded length of two parts', `${OK}content-length: 1\r\n 2\r\n\r\n`],
    ['a length after a folded length', `${OK}content-length:\r\n 3\r\ncontent-length: 4\r\n\r\nabc`],
    ['a length beside identity in HTTP/1.1', `${OK}transfer-encoding: identity\r\ncontent-length: 3\r\n\r\nabc`],
    ['a length beside chunks in HTTP/1.0', 'HTTP/1.0 200 X\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n'],
    ['a fold of control characters', `${OK}x: y\r\n \x01\r\n\r\n`],
    ['a length that is none', `${OK}content-length: 3x\r\n\r\nabc`],
    ['an empty length', `${OK}content-length:\r\n\r\n`],
    ['a negative length', `${OK}content-length: -3\r\n\r\n`],
    ['a length that no number can hold', `${OK}content-length: 9007199254740993\r\n\r\n`],
    ['two lengths', `${OK}content-length: 3\r\ncontent-length: 4\r\n\r\nabc`],
    ['two lengths in one', `${OK}content-length: 3, 3\r\n\r\nabc`],
    ['a length and a coding', `${OK}content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n`],
    ['a coding and a length', `${OK}transfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n`],
    ['chunks of chunks', `${OK}transfer-encoding: chunked, chunked\r\n\r\n`],
    ['chunks inside another coding', `${OK}transfer-encoding: chunked\r\ntransfer-encoding: gzip\r\n\r\n`],
    ['a chunk without size', `${CHUNKED}\r\nabc\r\n`],
    ['a chunk with a size that is none', `${CHUNKED}xyz\r\n`],
    ['a chunk with a sign', `${CHUNKED}-1\r\n`],
    ['a chunk with blanks after its size', `${CHUNKED}3 \r\nabc\r\n`],
    ['a chunk of more bytes than numbers can hold', `${CHUNKED}fffffffffffffff\r\n`],
    ['a chunk longer than it says', `${CHUNKED}3\r\nabcd\r\n0\r\n\r\n`],
    ['a trailer that is none', `${CHUNKED}0\r\nx\r\n\r\n`],
    ['a line without end', `${OK}x: ${'y'.repeat(70_000)}`],
    ['headers without end', `${OK}${`x: ${'y'.repeat(1000)}\r\n`.repeat(70)}\r\n`],
    ['trailers without end', `${CHUNKED}0\r\n${`x: ${'y'.repeat(1000)}\r\n`.repeat(70)}\r\n`],
  ])('%s', (_, text) => {
    const whole = bytes(text);
    expect(readText(text).verdict).toBe('invalid');
    expect(
      read(
        pieces(
          whole,
          Array.from({ length: Math.min(whole.length, 500) }, (__, n) => n),
        ),
      ).verdict,
    ).toBe('invalid');
  });

  test('are reported with the reason', () => {
    const reader = new ResponseReader(65_536);
    read([bytes('SSH-2.0-x\r\n')], false, reader);
    expect(reader.problem).toBe("the server's response has no HTTP/1 status line");
  });
});

test.each([
  ['timeout=5', 5000],
  ['timeout=5, max=100', 5000],
  ['max=100 , Timeout=7', 7000],
  ['timeout=0', 0],
  ['max=100', Infinity],
  ['timeout=', Infinity],
  ['timeout=x', Infinity],
  ['timeout', Infinity],
])('keep-alive: %s', (value, idleLimitMs) => {
  expect(readText(`${OK}keep-alive: ${value}\r\ncontent-length: 0\r\n\r\n`).idleLimitMs).toBe(idleLimitMs);
});

describe('one response after another', () => {
  const texts = [
    ...['abc', 'a', ''].map((body) => `${OK}content-length: ${body.length}\r\n\r\n${body}`),
    `${CHUNKED}1\r\na\r\n0\r\n\r\n`,
    `${CHUNKED}0\r\n\r\n`,
    `${CHUNKED}x\r\n`,
    'HTTP/1.1 204 X\r\n\r\n',
    'HTTP/1.1 204 X\r\n\r\n+',
    'HTTP/1.1 103 X\r\n\r\nHTTP/1.1 103 X\r\n\r\nHTTP/1.1 204 X\r\n\r\n',
    'HTTP/1.1 103 X\r\n\r\n',
    'HTTP/1.1 101 X\r\n\r\n',
    `${OK}\r\nabc`,
  ].map(bytes);

  test('keeps no state of the previous one', () => {
    const reader = new ResponseReader(65_536);
    const one = bytes(`${OK}connection: close\r\nkeep-alive: timeout=5\r\ncontent-length: 3\r\n\r\nabc`);
    const other = bytes('HTTP/1.1 404 No\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n');
    for (let n = 0; n < 3; n++) {
      expect(read([one], false, reader)).toMatchObject({ status: 200, reusable: false, idleLimitMs: 5000 });
      expect(read([other], false, reader)).toMatchObject({ status: 404, reusable: true, idleLimitMs: Infinity });
      expect(read([one.subarray(0, 30)], false, reader).verdict).toBe('cut');
    }
  });

  test('is parsed the same with a known or a new head', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...texts), fc.array(fc.nat(), { maxLength: 3 }), fc.boolean()), {
          minLength: 2,
        }),
        (responses) => {
          const reader = new ResponseReader(65_536);
          for (const [whole, cuts, bodiless] of responses) {
            expect(read(pieces(whole, cuts), bodiless, reader)).toEqual(read([whole], bodiless));
          }
        },
      ),
    );
  });

  test('is parsed the same when another connection parses its own in between, with the same cache', () => {
    const response = fc.tuple(fc.constantFrom(...texts), fc.array(fc.nat(), { maxLength: 3 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(fc.tuple(response, response), { minLength: 2 }), (pairs) => {
        const heads = new HeadCache();
        const readers = [new ResponseReader(65_536, heads), new ResponseReader(65_536, heads)];
        for (const pair of pairs) {
          const readings: (Reading | undefined)[] = pair.map(() => undefined);
          const steps = pair.map(([whole, cuts, bodiless], n) =>
            readInSteps(pieces(whole, cuts), bodiless, readers[n]!),
          );
          while (readings.includes(undefined)) {
            for (const [n, each] of steps.entries()) {
              const { done, value } = each.next();
              if (done === true && value !== undefined) readings[n] = value;
            }
          }
          expect(readings).toEqual(pair.map(([whole, , bodiless]) => read([whole], bodiless)));
        }
      }),
    );
  });
});

describe('with any splitting of the bytes', () => {
  const header = fc.constantFrom(
    'x: y',
    'date: Thu, 01 Jan 1970 00:00:00 GMT',
    'connection: keep-alive',
    'set-cookie:',
    'a: \t\xff',
  );
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((data) => [`content-length: ${data.length}\r\n\r\n`, data] as const),
    fc
      .array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 5 })
      .map(
        (chunks) =>
          [
            'transfer-encoding: chunked\r\n\r\n',
            Buffer.concat([
              ...chunks.flatMap((data) => [bytes(`${data.length.toString(16)};x="y"\r\n`), data, bytes('\r\n')]),
              bytes('0\r\nx: y\r\n\r\n'),
            ]),
          ] as const,
      ),
  );
  const response = fc
    .record({ status: fc.integer({ min: 200, max: 599 }), headers: fc.array(header, { maxLength: 5 }), body })
    .filter(({ status }) => status !== 204 && status !== 304)
    .map(({ status, headers, body: [framing, data] }) => ({
      status,
      whole: Buffer.concat([
        bytes(`HTTP/1.1 ${status} X\r\n${headers.map((line) => `${line}\r\n`).join('')}${framing}`),
        data,
      ]),
    }));

  test('a valid response is the same', () => {
    fc.assert(
      fc.property(response, fc.array(fc.nat(), { maxLength: 20 }), ({ status, whole }, cuts) => {
        expect(read(pieces(whole, cuts))).toEqual({ verdict: 'whole', status, reusable: true, idleLimitMs: Infinity });
      }),
    );
  });

  test('a valid response is the same byte by byte', () => {
    fc.assert(
      fc.property(response, ({ status, whole }) => {
        const single = Array.from(whole, (byte) => Uint8Array.of(byte));
        expect(read(single)).toMatchObject({ verdict: 'whole', status, reusable: true });
      }),
      { numRuns: 20 },
    );
  });

  test('a damaged one never throws, and is classified the same in any pieces', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(response, damage, fc.array(fc.nat(), { maxLength: 8 }), ({ whole }, changes, cuts) => {
        const damaged = Uint8Array.from(whole);
        for (const [at, byte] of changes) damaged[at % damaged.length] = byte;
        expect(read(pieces(damaged, cuts))).toEqual(read([damaged]));
      }),
      { numRuns: 500 },
    );
  });
});
