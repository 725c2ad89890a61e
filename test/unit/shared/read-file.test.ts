import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { MKFIFO } from '../../needs.ts';
import { testWith } from '../../services/binary.ts';
import { readRegularFile, readSmallText } from '../../../src/shared/read-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'regular-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('reads a file as text', () => {
  const path = join(folder, 'a.pem');
  writeFileSync(path, 'é\n');
  expect(readSmallText(path)).toBe('é\n');
  expect(readRegularFile(path, 3)).toEqual(Buffer.from('é\n'));
});

testWith([MKFIFO], 'refuses a named pipe at once', () => {
  const path = join(folder, 'pipe.csv');
  execFileSync('mkfifo', [path]);
  expect(() => readRegularFile(path, 10)).toThrow('it is not a regular file');
});

test('does not read an endless device to its end', () => {
  expect(() => readRegularFile('/dev/zero', 10)).toThrow('it is not a regular file');
});

test('refuses a file that is too large', () => {
  const path = join(folder, 'large.csv');
  writeFileSync(path, '');
  truncateSync(path, 2 ** 28 + 1); // a hole, which takes no room
  expect(() => readRegularFile(path, 2 ** 28)).toThrow('it is larger than 256 MiB');
});

test.each([
  ['none', 'ENOENT'],
  ['', 'EISDIR'],
])('%j fails with the error of Node', (name, code) => {
  expect(() => readRegularFile(join(folder, name), 10)).toThrow(expect.objectContaining({ code }));
});

test.each([
  ['latin-1', Buffer.from('a\nM\xfcller', 'latin1'), 'it is not UTF-8 (line 2, byte 2)'],
  ['utf-16', Buffer.from('\u{FEFF}a', 'utf16le'), 'it is UTF-16, not UTF-8'],
  ['nul', Buffer.from('a\0'), 'it contains a NUL character (line 1, byte 2)'],
  ['truncated', Buffer.from('a€').subarray(0, 3), 'it is not UTF-8 (line 1, byte 2)'],
])('a certificate or a token in %s is refused with its place', (name, bytes, message) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  expect(() => readSmallText(path)).toThrow(message);
});
