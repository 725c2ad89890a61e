import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readRegularFile } from '../../../src/core/read-regular-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'regular-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file is read as text', () => {
  const path = join(folder, 'a.pem');
  writeFileSync(path, 'é\n');
  expect(readRegularFile(path)).toBe('é\n');
});

test('a pipe that nobody writes into holds up nobody', () => {
  const path = join(folder, 'pipe.csv');
  execFileSync('mkfifo', [path]);
  expect(() => readRegularFile(path)).toThrow(expect.objectContaining({ code: 'NOT_A_FILE' }));
});

test('a device is not read to its end, which it may not have', () => {
  expect(() => readRegularFile('/dev/zero')).toThrow('it is no regular file');
});

test('a file that would fill the memory is not read', () => {
  const path = join(folder, 'large.csv');
  writeFileSync(path, '');
  truncateSync(path, 2 ** 28 + 1); // a hole, which takes no room
  expect(() => readRegularFile(path)).toThrow('it is larger than 256 MiB');
});

test.each([
  ['none', 'ENOENT'],
  ['', 'EISDIR'],
])('%j fails as ever', (name, code) => {
  expect(() => readRegularFile(join(folder, name))).toThrow(expect.objectContaining({ code }));
});
