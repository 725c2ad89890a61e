import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Script } from 'node:vm';
import { expect, test } from 'vitest';

interface Loader {
  readonly archives: string;
  readonly codeFolder: () => string;
  readonly scriptOf: (path: string, code: Buffer) => Script;
}

const { archives, codeFolder, scriptOf } = createRequire(import.meta.url)('../../bin/load.cjs') as Loader;

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.cjs'));

test('the build keeps compiled code of each archive, which this program accepts', () => {
  const files = filesIn(archives);
  expect(files).toEqual(expect.arrayContaining(['cli/main.cjs', 'cli/actions/run.cjs', 'load-thread.cjs']));
  const rejected = files.filter(
    (file) => scriptOf(join(archives, file), readFileSync(join(codeFolder(), file))).cachedDataRejected !== false,
  );
  expect(rejected).toEqual([]);
});

test('archives are ASCII, and are read as such', () => {
  const others = filesIn(archives).filter((file) => readFileSync(join(archives, file)).some((byte) => byte > 0x7f));
  expect(others).toEqual([]);
});
