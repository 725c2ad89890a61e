import { expect, test } from 'vitest';
import {
  truncateText,
  alignLeft,
  alignRight,
  fitNames,
  widthOf,
  wrap,
} from '../../../../src/reports/terminal/text-width.ts';

test.each([
  ['', 0],
  ['abc', 3],
  ['850µs', 5],
  ['상품', 4],
  ['日本 x', 6],
  ['🚀', 2],
  ['é', 1],
  ['e\u0301', 1],
])('%j is %d columns wide', (text, columns) => {
  expect(widthOf(text)).toBe(columns);
});

test.each([
  ['abcdef', 6, 'abcdef'],
  ['abcdef', 5, 'abcd…'],
  ['상품목록', 8, '상품목록'],
  ['상품목록', 6, '상품…'],
  ['abc', 1, '…'],
  ['abc', 0, ''],
  ['abc', Infinity, 'abc'],
])('fit(%j, %d) is %j', (text, columns, expected) => {
  expect(truncateText(text, columns)).toBe(expected);
  expect(widthOf(expected)).toBeLessThanOrEqual(columns);
});

test('left fills and cuts, right only fills', () => {
  expect(alignLeft('상품', 6)).toBe('상품  ');
  expect(alignLeft('abcdef', 4)).toBe('abc…');
  expect(alignRight('12', 4)).toBe('  12');
  expect(alignRight('123456', 4)).toBe('123456');
});

test('wrap breaks at blanks, keeps long words, and does not break without a width', () => {
  expect(wrap('one two three four', 9)).toEqual(['one two', 'three', 'four']);
  expect(wrap('see http://a.very.long/address now', 10)).toEqual(['see', 'http://a.very.long/address', 'now']);
  expect(wrap('one two three', Infinity)).toEqual(['one two three']);
});

test('gives characters the same width whether or not the text around them has to be segmented', () => {
  for (let code = 0x20; code < 0x2600; code++) {
    const letter = String.fromCodePoint(code);
    if (/\p{C}|\p{M}|\p{Z}/u.test(letter)) continue;
    // A combining mark has no width of its own, and takes the slow path.
    expect(widthOf(letter), code.toString(16)).toBe(widthOf(`${letter}\u0301`));
  }
});

const fitted = (names: readonly string[], columns: number): string[] => [...fitNames(names, columns).values()];

test('cuts names in the middle, and only if they do not fit', () => {
  const names = ['checkout: POST /v2/carts', 'checkout: POST /v2/orders', '상품 목록 상품 목록', 'short'];
  expect(fitted(names, Infinity)).toEqual(names);
  expect(fitted(names, 16)).toEqual(['checkout…2/carts', 'checkout…/orders', '상품 목…품 목록', 'short']);
  expect(Math.max(...fitted(names, 9).map(widthOf))).toBeLessThanOrEqual(9);
});

test('keeps different names different, and equal names equal', () => {
  const [a, b] = ['a'.repeat(30), 'b'.repeat(30)];
  const pairs = [
    [`1${a}${b}`, `2${a}${b}`],
    [`${a}1${b}`, `${a}2${b}`],
    [`${a}${b}1`, `${a}${b}2`],
    [`${a}12${b}`, `${a}13${b}`, `${a}22${b}`, `${a}2${b}2${a}`],
  ];
  for (const names of pairs) {
    for (const columns of [8, 12, 22, 40]) {
      const shown = fitted(names, columns);
      expect(new Set(shown).size, `${columns}: ${shown.join(' ')}`).toBe(names.length);
      expect(Math.max(...shown.map(widthOf))).toBeLessThanOrEqual(columns);
    }
  }
  expect(fitNames([a, a, b], 5).size).toBe(2);
  expect(fitted([a, b], 0)).toEqual(['', '']);
});
