import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Script } from 'node:vm';
import { expect, test } from 'vitest';

interface Loader {
  readonly bundle: string;
  readonly codeFolder: () => string;
  readonly scriptOf: (path: string, code: Buffer) => Script;
}

const { bundle, codeFolder, scriptOf } = createRequire(import.meta.url)('../../bin/load.cjs') as Loader;

test('the build keeps compiled code of the command, a run and its thread, which this program accepts', () => {
  const folder = codeFolder();
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.cjs'));
  expect(files).toEqual(expect.arrayContaining(['cli/main.cjs', 'cli/actions/run.cjs', 'load-thread.cjs']));
  const rejected = files.filter(
    (file) => scriptOf(join(bundle, file), readFileSync(join(folder, file))).cachedDataRejected !== false,
  );
  expect(rejected).toEqual([]);
});
