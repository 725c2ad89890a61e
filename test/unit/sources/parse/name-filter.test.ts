import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NameFilter } from '../../../../src/sources/parse/name-filter.ts';

test.each([
  [['up'], 'up', true],
  [['up'], 'up_time', false],
  [['node_*'], 'node_', true],
  [['*_total'], 'a_total', true],
  [['a*a'], 'a', false],
  [['a*b*c'], 'a_b_b_c', true],
  [['a*b*c'], 'a_c_b', false],
  [['x', 'a.c'], 'abc', false],
  [[], 'anything', true],
])('%j and %s: %s', (globs, name, wanted) => {
  expect(new NameFilter(globs).wants(name)).toBe(wanted);
});

test('matches like a regular expression', () => {
  const glob = fc.stringMatching(/^[ab*]{1,8}$/);
  fc.assert(
    fc.property(glob, fc.stringMatching(/^[ab]{0,10}$/), (given, name) => {
      expect(new NameFilter([given]).wants(name)).toBe(new RegExp(`^${given.replaceAll('*', '.*')}$`).test(name));
    }),
  );
});

test('matches a hostile name of a megabyte in linear time', () => {
  expect(new NameFilter(['*_a_*_a_*_a_*_b']).wants('_a_'.repeat(350_000))).toBe(false);
});
