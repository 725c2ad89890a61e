import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const SRC = new URL('../../src/', import.meta.url);
const EXPORTED_TYPE = /^export (?:abstract )?(?:class|interface|type|enum) (\w+)/gm;

test('declares each exported type name in one file', () => {
  const files = new Map<string, string[]>();
  for (const file of readdirSync(SRC, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    for (const [, name = ''] of readFileSync(new URL(file, SRC), 'utf8').matchAll(EXPORTED_TYPE)) {
      files.set(name, [...(files.get(name) ?? []), file]);
    }
  }
  expect(files.size).toBeGreaterThan(400);
  expect([...files].filter(([, places]) => places.length > 1)).toEqual([]);
});
