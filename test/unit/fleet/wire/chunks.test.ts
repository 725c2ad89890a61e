import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Chunk,
  ChunkJoiner,
  type ChunkPlace,
  MAX_CHUNKED_BYTES,
  splitChunks,
} from '../../../../src/fleet/wire/chunks.ts';
import { WireError } from '../../../../src/fleet/wire/wire-error.ts';

function join(chunks: readonly Chunk[]): Uint8Array | undefined {
  const joiner = new ChunkJoiner();
  return chunks.reduce<Uint8Array | undefined>((_, chunk) => joiner.add(chunk), undefined);
}

test('joins chunks in any order, with repetitions, to the same message', () => {
  const cases = fc
    .tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 80 }))
    .chain(([message, most]) => {
      const chunks = splitChunks(message, most);
      const order = fc.shuffledSubarray([...chunks, ...chunks], { minLength: 2 * chunks.length });
      return fc.record({ message: fc.constant(message), most: fc.constant(most), order });
    });
  fc.assert(
    fc.property(cases, ({ message, most, order }) => {
      expect(order.every(({ data }) => data.length <= most)).toBe(true);
      expect(Buffer.from(join(order) ?? []).equals(message)).toBe(true);
    }),
  );
});

test('has no message before the last chunk', () => {
  expect(join(splitChunks(new Uint8Array(30), 10).slice(1))).toBeUndefined();
});

test('sends an empty message as one chunk', () => {
  const chunks = splitChunks(new Uint8Array(0), 10);
  expect(chunks).toHaveLength(1);
  expect(join(chunks)).toHaveLength(0);
});

const place: ChunkPlace = { chunk: 0, chunks: 2, bytes: 4 };
const data = new Uint8Array(2);

test.each([
  ['too many bytes', [{ ...place, bytes: MAX_CHUNKED_BYTES + 1, data }]],
  ['too many chunks', [{ ...place, chunks: 10_001, data }]],
  ['no chunks', [{ ...place, chunks: 0, data }]],
  ['a number of chunks that is not an integer', [{ ...place, chunks: 1.5, data }]],
  ['a chunk that does not exist', [{ ...place, chunk: 2, data }]],
  ['a negative chunk', [{ ...place, chunk: -1, data }]],
  [
    'a chunk of another message',
    [
      { ...place, data },
      { ...place, bytes: 5, chunk: 1, data },
    ],
  ],
  ['more bytes than the message has', [{ ...place, data: new Uint8Array(5) }]],
  [
    'less bytes than the message has',
    [
      { ...place, data },
      { ...place, chunk: 1, data: new Uint8Array(1) },
    ],
  ],
])('refuses %s', (_, chunks) => {
  expect(() => join(chunks)).toThrow(WireError);
});

test('refuses to split a message beyond the limits', () => {
  expect(() => splitChunks(new Uint8Array(20_000), 1)).toThrow('in 20000 chunks exceeds');
});
