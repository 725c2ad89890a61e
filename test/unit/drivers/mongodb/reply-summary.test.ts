import { BSON, type Document } from 'mongodb';
import { expect, test } from 'vitest';
import { type ReplySummary, ReplyReader } from '../../../../src/drivers/mongodb/reply-summary.ts';
import { mutate, seededRandom } from '../../../mutation/mutate.ts';

const { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, DBRef, Double, Int32, Long, MaxKey, MinKey, ObjectId } = BSON;

function read(reply: Document): ReplySummary | undefined {
  const bytes = Buffer.concat([Buffer.alloc(21, 0xff), BSON.serialize(reply), Buffer.alloc(4, 0xff)]);
  const summary = new ReplyReader().read(bytes, 21);
  return summary && { ...summary };
}

/** A value of each type of BSON. */
const OTHERS: Document = {
  double: 0.5,
  text: 'ok',
  object: { ok: 0, n: 7, writeErrors: [1] },
  list: [{ cursor: { firstBatch: [] } }],
  binary: new Binary(Buffer.from('abc')),
  id: new ObjectId(),
  isSet: true,
  at: new Date(0),
  none: null,
  pattern: new BSONRegExp('a.b', 'i'),
  code: new Code('f()'),
  scoped: new Code('f()', { ok: 0 }),
  symbol: new BSONSymbol('ok'),
  int: new Int32(1),
  timestamp: new BSON.Timestamp({ t: 1, i: 2 }),
  long: Long.fromString('9007199254740993'),
  decimal: Decimal128.fromString('1.5'),
  min: new MinKey(),
  max: new MaxKey(),
  reference: new DBRef('docs', new ObjectId()),
  okay: 0,
  nModified: 3,
};

test('finds its parts among values of all types', () => {
  expect(read({ ...OTHERS, ok: 1 })).toEqual({ n: undefined, cursor: undefined });
  expect(read({ n: 4, ...OTHERS, ok: 1 })).toEqual({ n: 4, cursor: undefined });
  const cursor = { ...OTHERS, firstBatch: [] };
  expect(read({ ...OTHERS, cursor, ok: 1 })?.cursor).toEqual({ firstBatch: [] });
  expect(read({ ...OTHERS, cursor: { ...cursor, firstBatch: [OTHERS] }, ok: 1 })?.cursor).toBeUndefined();
});

test.each([
  ['without ok', { n: 1 }],
  ['with ok 0', { ok: 0 }],
  ['with an ok that is a text', { ok: '1' }],
  ['with write errors', { ok: 1, writeErrors: [{ code: 1 }] }],
  ['with an error of the write concern', { writeConcernError: { code: 1 }, ok: 1 }],
])('leaves a reply %s to be decoded', (_, reply) => {
  expect(read(reply)).toBeUndefined();
});

test.each([new Int32(1), new Double(1), Long.ONE, true])('accepts the type of ok %s', (ok) => {
  expect(read({ n: Long.fromNumber(3), ok })).toEqual({ n: 3, cursor: undefined });
});

test('20,000 damaged replies are read or rejected', () => {
  const random = seededRandom(3);
  const reader = new ReplyReader();
  const intact = Buffer.from(
    BSON.serialize({ ...OTHERS, cursor: { firstBatch: [OTHERS], id: Long.ZERO, ns: 'a.b' }, n: 1, ok: 1 }),
  );
  let rejected = 0;
  for (let n = 0; n < 20_000; n++) {
    const damaged = mutate(intact, random);
    if (damaged.length < 5) continue;
    // The frame check requires this of a message.
    damaged.writeInt32LE(damaged.length, 0);
    damaged[damaged.length - 1] = 0;
    try {
      reader.read(damaged, 0);
    } catch (error) {
      rejected++;
      const isExpected = error instanceof RangeError || (error as Error).name === 'ClassifiedError';
      if (!isExpected) throw error;
    }
  }
  expect(rejected).toBeGreaterThan(5000);
});
