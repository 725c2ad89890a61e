import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactNumber, shortestFloat } from '../../../src/drivers/exact-number.ts';

test.each([
  ['0', 0],
  ['-0', -0],
  ['42', 42],
  ['-7', -7],
  ['12.50', 12.5],
  ['000.10', 0.1],
  ['.5', 0.5],
  ['1e+20', 1e20],
  ['1E-7', 1e-7],
  ['9007199254740991', 9007199254740991],
  ['9007199254740992', 9007199254740992],
  ['1000000000000000000000', 1e21],
])('%s is the number %d', (text, number) => {
  expect(exactNumber(text)).toBe(number);
});

test.each([
  '9007199254740993',
  '-9223372036854775808.5',
  '0.12345678901234567890',
  '1e400',
  'NaN',
  'Infinity',
  '-Infinity',
  '123456789012345680000000',
  '0x10',
])('%s is kept as text', (text) => {
  expect(exactNumber(text)).toBe(text);
});

test('any double is parsed from its text exactly', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(exactNumber(String(value))).toBe(Number(String(value)));
    }),
  );
});

test('a single-precision float has its shortest digits', () => {
  expect(shortestFloat(Math.fround(0.1))).toBe(0.1);
  expect(shortestFloat(Math.fround(16_777_217))).toBe(16_777_216);
  expect(shortestFloat(Math.fround(1.175494e-38))).toBe(1.175494e-38);
  expect(shortestFloat(0)).toBe(0);
});
