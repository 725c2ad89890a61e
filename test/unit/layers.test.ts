import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Layer {
  readonly folder: string;
  readonly may: readonly string[];
}

const LAYERS = JSON.parse(readFileSync('test/layers/layers.json', 'utf8')) as readonly Layer[];

test('folders import only lower layers', () => {
  const { stderr, status } = spawnSync(process.execPath, ['test/layers/check.js'], { encoding: 'utf8' });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
});

test('a layer may import only layers above it in the table', () => {
  const folders = LAYERS.map(({ folder }) => folder);
  for (const { folder, may } of LAYERS) {
    const tops = may.filter((entry) => entry !== '*').map((entry) => folders.indexOf(entry.split('/')[0] ?? ''));
    expect(
      tops.every((index) => index >= 0 && index < folders.indexOf(folder)),
      folder,
    ).toBe(true);
  }
});
