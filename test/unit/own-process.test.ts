import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OWN_PROCESS } from '../own-process.ts';

/** A worker that has loaded a module for an earlier file does not replace it; its resources are those of all files. */
const NEEDS_OWN_PROCESS = /\bvi\.(?:doMock|mock)\(|\bgetActiveResourcesInfo\(/;

test('tests that replace modules or list active resources have their own process', () => {
  const files = ['test/unit', 'test/contract'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const found = files.filter((file) => file.endsWith('.test.ts') && NEEDS_OWN_PROCESS.test(readFileSync(file, 'utf8')));
  expect(found.length).toBeGreaterThan(2);
  expect(found.filter((file) => !OWN_PROCESS.includes(file))).toEqual([]);
  expect(OWN_PROCESS.filter((file) => !existsSync(file))).toEqual([]);
});
