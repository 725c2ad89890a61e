import { expect, test } from 'vitest';
import { SeriesCatalog } from '../../../../src/sources/parse/series-catalog.ts';

test('a series that comes again is read once', () => {
  const catalog = new SeriesCatalog();
  catalog.begin();
  const first = catalog.take('a{x="1"}', 1);
  catalog.begin();
  expect(catalog.take('a{x="1"}', 1)).toBe(first);
});

test('documents that break off leave nothing behind, so that a source which never ends one fills no memory', () => {
  const catalog = new SeriesCatalog();
  catalog.begin();
  const first = catalog.take('a{x="1"}', 1);
  catalog.begin(); // nothing has said that the one before was complete
  catalog.take('a{x="2"}', 1);
  catalog.begin();
  const again = catalog.take('a{x="1"}', 1);
  expect(again).toEqual(first);
  expect(again).not.toBe(first);
});
