import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readWorkloadText, requireFileAccess, requireInside, restrictFiles } from '../../../src/shared/file-access.ts';

let root = '';
let folder = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'loadbot-access-'));
  folder = join(root, 'data');
  mkdirSync(folder);
  mkdirSync(join(root, 'data-of-others'));
  for (const path of ['secret', 'data/rows.csv', 'data-of-others/rows.csv']) writeFileSync(join(root, path), 'x');
  symlinkSync(join(root, 'secret'), join(folder, 'link'));
  symlinkSync(root, join(folder, 'up'));
  symlinkSync(folder, join(root, 'alias'));
});
afterEach(() => {
  restrictFiles(undefined);
  rmSync(root, { recursive: true });
});

test('any file may be read without a restriction, and none with an empty one', () => {
  expect(readWorkloadText(join(root, 'secret'))).toBe('x');
  restrictFiles([]);
  expect(() => readWorkloadText(join(folder, 'rows.csv'))).toThrow('--allow_files');
});

test('files of an allowed folder may be read, also by another name of the folder', () => {
  restrictFiles([folder]);
  expect(readWorkloadText(join(folder, 'rows.csv'))).toBe('x');
  restrictFiles([join(root, 'alias')]);
  expect(requireFileAccess(join(root, 'alias', 'rows.csv'))).toBe(join(root, 'alias', 'rows.csv'));
  restrictFiles(['/']);
  expect(readWorkloadText(join(root, 'secret'))).toBe('x');
});

test.each([
  ['outside', 'secret'],
  ['outside, by ..', 'data/../secret'],
  ['in a folder whose name begins alike', 'data-of-others/rows.csv'],
  ['behind a link', 'data/link'],
  ['behind a link to a folder', 'data/up/secret'],
  ['missing, behind a link to a folder', 'data/up/missing'],
  ['missing, outside', 'missing'],
])('a file %s is refused with the same message', (_, path) => {
  expect(() => requireInside(`${root}/${path}`, [folder])).toThrow(
    "it is not in a folder of the agent's --allow_files",
  );
});

test('a missing file of an allowed folder is reported by its reader', () => {
  restrictFiles([folder]);
  expect(() => readWorkloadText(join(folder, 'missing'))).toThrow('ENOENT');
});
