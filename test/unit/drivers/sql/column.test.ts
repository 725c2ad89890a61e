import { expect, test } from 'vitest';
import { columnsOf, toValue } from '../../../../src/drivers/sql/column.ts';

function kindOf(...values: Parameters<typeof toValue>[1][]): string | undefined {
  return columnsOf(values.map((value) => ({ field: value ?? null })))[0]?.kind;
}

test('derives the type of a column from the values of its field', () => {
  expect(kindOf('a', 'b')).toBe('text');
  expect(kindOf(1, -2)).toBe('integer');
  expect(kindOf(0.5)).toBe('double');
  expect(kindOf(true, false)).toBe('boolean');
  expect(kindOf({ a: 1 })).toBe('json');
  expect(kindOf([1, 2])).toBe('json');
});

test('a field of varying type gets a column for all of them', () => {
  expect(kindOf(1, 0.5, 2)).toBe('double');
  expect(kindOf(1, 'a')).toBe('text');
  expect(kindOf(true, 1)).toBe('text');
  expect(kindOf('a', [1])).toBe('json');
  expect(kindOf(null, 3, null)).toBe('integer');
  expect(kindOf(null, null)).toBe('text');
});

test('does not store an inexact integer as an integer', () => {
  expect(kindOf(2 ** 53)).toBe('double');
  expect(kindOf(2 ** 53 - 1)).toBe('integer');
});

test('returns columns in the order of their fields, each once, with the length of the longest text', () => {
  expect(
    columnsOf([
      { _id: 'a', name: 'abc' },
      { _id: 'b', name: 'abcdef', extra: 1 },
    ]),
  ).toEqual([
    { name: '_id', kind: 'text', longest: 1 },
    { name: 'name', kind: 'text', longest: 6 },
    { name: 'extra', kind: 'integer', longest: 0 },
  ]);
});

test('converts values to the type of their column', () => {
  expect(toValue('text', 5)).toBe('5');
  expect(toValue('text', 'a')).toBe('a');
  expect(toValue('integer', 5)).toBe(5);
  expect(toValue('boolean', true)).toBe(true);
  expect(toValue('json', 'a')).toBe('"a"');
  expect(toValue('json', { a: [1] })).toBe('{"a":[1]}');
  expect(toValue('json', null)).toBeNull();
  expect(toValue('text', undefined)).toBeNull();
});
