import { expect, test } from 'vitest';
import { parseSize, SIZE } from '../../../src/workload/size.ts';

test.each([
  [0, 0],
  [200, 200],
  ['512B', 512],
  ['1KB', 1000],
  ['1kB', 1000],
  ['1KiB', 1024],
  ['1.5 KiB', 1536],
  ['2MB', 2_000_000],
  ['2MiB', 2_097_152],
  ['0.0004KB', 0],
])('%j is %d bytes', (size, bytes) => {
  expect(parseSize(size)).toBe(bytes);
  if (typeof size === 'string') expect(size).toMatch(SIZE);
});

test.each(['1', 'KB', '-1KB', '1GB', '1K', '1kib ', '1  KB'])('%j is no size', (text) => {
  expect(text).not.toMatch(SIZE);
});
