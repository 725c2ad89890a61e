import { BSON, type Document } from 'mongodb';
import { expect, test } from 'vitest';
import { BsonWriter } from '../../../../src/drivers/mongodb/bson-writer.ts';
import { seededRandom } from '../../../mutation/mutate.ts';

const { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } =
  BSON;

/** Encodes with the options that the client library uses for commands. */
const serialize = (document: Document): Uint8Array => BSON.serialize(document, { ignoreUndefined: false });

function encoded(document: Document, writer = new BsonWriter(serialize)): Buffer {
  writer.end = 0;
  writer.writeDocument(document);
  return Buffer.from(writer.bytes.subarray(0, writer.end));
}

/** A value of each type of BSON, and of each edge of the numbers and texts. */
const NUMBERS = [0, -0, 1, -1, 0.5, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 53, 1e300, NaN, -Infinity];
const TEXTS = [
  '',
  'a',
  'x'.repeat(24),
  'x'.repeat(25),
  'é',
  'x€y',
  '😀'.repeat(400),
  '\0 in a text',
  '\ud800',
  'y'.repeat(9000),
];
const JSON_VALUES = [true, false, null, undefined, [], {}, [[]], [{}], { a: undefined }, Object.create(null)];
const LIBRARY_VALUES = [
  new ObjectId(),
  new Date(-1),
  /a.b/im,
  new BSONRegExp('a', 'i'),
  -(2n ** 62n),
  Long.fromString('9007199254740993'),
  new Int32(7),
  new Double(7),
  Decimal128.fromString('1.50'),
  new Binary(Buffer.from('abc')),
  Buffer.from([0, 1, 2]),
  new Uint8Array(300),
  new Timestamp({ t: 1, i: 2 }),
  new MinKey(),
  new MaxKey(),
  new Code('f()'),
  new Code('f()', { a: 1 }),
  new BSONSymbol('s'),
];
const VALUES: readonly unknown[] = [
  ...NUMBERS,
  ...TEXTS,
  ...JSON_VALUES,
  ...LIBRARY_VALUES,
  Array.from({ length: 1005 }, (_, index) => index),
];

test.each(VALUES.map((value, index) => [index, value] as const))(
  'value %i is encoded as by the client library',
  (_, value) => {
    const document = { before: 1, value, list: [value, value], inner: { value }, after: 'x' };
    expect(encoded(document).equals(serialize(document))).toBe(true);
  },
);

test('2,000 random documents are encoded as by the client library, with one writer', () => {
  const random = seededRandom(7);
  const writer = new BsonWriter(serialize);
  const names = ['_id', 'name', '', 'a.b', '$set', 'é', '1', 'n'.repeat(40)];
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const make = (depth: number): unknown => {
    if (depth === 0 || random() < 0.5) return pick(VALUES);
    const parts = Array.from({ length: Math.floor(random() * 6) }, () => make(depth - 1));
    return random() < 0.5 ? parts : Object.fromEntries(parts.map((part) => [pick(names), part]));
  };
  for (let n = 0; n < 2000; n++) {
    const document = { root: make(4), n };
    if (encoded(document, writer).equals(serialize(document))) continue;
    expect(BSON.deserialize(encoded(document, writer))).toEqual(BSON.deserialize(serialize(document)));
    expect.unreachable('the bytes differ');
  }
});

test('appends elements that are already encoded', () => {
  const writer = new BsonWriter(serialize);
  writer.writeDocument({ find: 'docs' }, BSON.serialize({ $db: 'test' }).subarray(4, -1));
  expect(BSON.deserialize(writer.bytes.subarray(0, writer.end))).toEqual({ find: 'docs', $db: 'test' });
});

test('continues in another buffer after renew', () => {
  const writer = new BsonWriter(serialize);
  const first = writer.bytes;
  writer.writeDocument({ a: 1 });
  const written = Buffer.from(first);
  writer.renew();
  expect(encoded({ b: 'y'.repeat(100_000) }, writer).length).toBeGreaterThan(100_000);
  expect(first.equals(written)).toBe(true);
});

test.each([{ 'a\0b': 1 }, { a: { 'a\0': 'x' } }, { 'a\0': new Date() }])('refuses a zero in a name: %j', (document) => {
  expect(() => encoded(document)).toThrow(/zero|null bytes/);
});
