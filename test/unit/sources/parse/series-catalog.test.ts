import { expect, test } from 'vitest';
import { SeriesCatalog } from '../../../../src/sources/parse/series-catalog.ts';

test('parses a repeated series once', () => {
  const catalog = new SeriesCatalog();
  catalog.begin();
  const first = catalog.take('a{x="1"}', 1);
  catalog.begin();
  expect(catalog.take('a{x="1"}', 1)).toBe(first);
});

test('truncated documents leave no state, so an endless source does not fill memory', () => {
  const catalog = new SeriesCatalog();
  catalog.begin();
  const first = catalog.take('a{x="1"}', 1);
  catalog.begin(); // the previous one was not marked as complete
  catalog.take('a{x="2"}', 1);
  catalog.begin();
  const again = catalog.take('a{x="1"}', 1);
  expect(again).toEqual(first);
  expect(again).not.toBe(first);
});
