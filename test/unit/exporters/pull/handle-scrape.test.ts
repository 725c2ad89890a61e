import { expect, it } from 'vitest';
import { acceptsGzip } from '../../../../src/exporters/pull/handle-scrape.ts';

it.each([
  [undefined, false],
  ['', false],
  ['gzip', true],
  ['deflate, GZIP;q=0.5', true],
  ['gzip;q=0', false],
  ['gzip; q=0.000, *', false],
  ['*', true],
  ['*;q=0', false],
  ['identity', false],
  ['br, zstd', false],
  ['x-gzip', false],
])('%s: %s', (header, accepts) => {
  expect(acceptsGzip(header)).toBe(accepts);
});
