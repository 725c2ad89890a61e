import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteReader, ByteWriter, MAX_COUNT } from '../../../../src/fleet/wire/varint.ts';
import { WireError } from '../../../../src/fleet/wire/wire-error.ts';

function encode(value: number): Uint8Array {
  const writer = new ByteWriter();
  writer.varint(value);
  return writer.copy();
}

test('reads written numbers up to 2^53', () => {
  const edges = [0, 127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 49, MAX_COUNT - 1, MAX_COUNT];
  fc.assert(
    fc.property(fc.oneof(fc.constantFrom(...edges), fc.maxSafeNat()), (value) => {
      expect(new ByteReader(encode(value)).varint()).toBe(value);
    }),
  );
});

test.each([
  [0, 1],
  [127, 1],
  [128, 2],
  [2 ** 14, 3],
  [2 ** 28, 5],
  [2 ** 53, 8],
])('%d takes %d bytes', (value, bytes) => {
  expect(encode(value)).toHaveLength(bytes);
});

test('reads a mixed sequence that exceeds the initial memory, and nothing beyond its end', () => {
  const writer = new ByteWriter();
  const large = Uint8Array.from({ length: 5000 }, (_, n) => n);
  writer.varint(300);
  writer.bytes(large);
  writer.float(-0.1);
  const reader = new ByteReader(writer.copy());
  expect(reader.varint()).toBe(300);
  expect(reader.bytes(5000)).toEqual(large);
  expect(reader.left).toBe(8);
  expect(() => reader.end()).toThrow('8 unexpected bytes at the end');
  expect(() => reader.bytes(9)).toThrow('the message has 8 more bytes, not 9');
  expect(reader.float()).toBe(-0.1);
  reader.end();
  expect(() => reader.varint()).toThrow(WireError);
  expect(() => reader.float()).toThrow(WireError);
});

test('refuses numbers above 2^53, and numbers without an end', () => {
  const above = encode(MAX_COUNT);
  above[0]! |= 1;
  expect(() => new ByteReader(above).varint()).toThrow('a number is above 2^53');
  expect(() => new ByteReader(new Uint8Array(20).fill(255)).varint()).toThrow('a number is above 2^53');
  expect(() => new ByteReader(Uint8Array.of(128, 128)).varint()).toThrow('the message ends within a number');
});
