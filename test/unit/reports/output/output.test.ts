import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { chmod, chown, link, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import type * as fsPromises from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CAT, MKFIFO, ROOT } from '../../../needs.ts';
import { testWith } from '../../../services/binary.ts';
import { findConflicts } from '../../../../src/reports/output/output-conflicts.ts';
import { openOutput } from '../../../../src/reports/output/output.ts';

/** A user without rights, and its group. */
const NOBODY = 65_534;
const noOutput = (): void => expect.unreachable();

/** Files that the system refuses to have written. Root may write every file, so that modes refuse nothing here. */
const forbidden = new Set<string>();
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof fsPromises>();
  const access: typeof fs.access = (path, mode) =>
    forbidden.has(String(path))
      ? Promise.reject(Object.assign(new Error('refused by the test'), { code: 'EACCES' }))
      : fs.access(path, mode);
  return { ...fs, access };
});

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'output-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function fileOf(text: string, mode = 0o644): Promise<string> {
  const path = join(directory, 'r.json');
  await writeFile(path, text);
  await chmod(path, mode);
  return path;
}

describe('a regular file', () => {
  test.each([0o640, 0o600, 0o604, 0o2660])('keeps its mode %o', async (mode) => {
    const path = await fileOf('old', mode);
    await (await openOutput(path, noOutput)).write('new');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect(((await stat(path)).mode & 0o7777).toString(8)).toBe(mode.toString(8));
  });

  testWith([ROOT], 'keeps its owner', async () => {
    const path = await fileOf('old');
    await chown(path, NOBODY, NOBODY);
    await (await openOutput(path, noOutput)).write('new');
    expect(await stat(path)).toMatchObject({ uid: NOBODY, gid: NOBODY });
  });

  test('is replaced, so a reader with an open file reads the old text to its end', async () => {
    const path = await fileOf('old');
    const { ino } = await stat(path);
    await (await openOutput(path, noOutput)).write('new');
    expect((await stat(path)).ino).not.toBe(ino);
    expect(await readdir(directory)).toEqual(['r.json']);
  });

  test('with a hard link is written in place, so that both names have the result', async () => {
    const path = await fileOf('an older text that is longer');
    await link(path, join(directory, 'other'));
    await (await openOutput(path, noOutput)).write('new');
    expect(await readFile(join(directory, 'other'), 'utf8')).toBe('new');
  });

  test('is created where a dangling link leads', async () => {
    await symlink('nowhere.json', join(directory, 'link'));
    await (await openOutput(join(directory, 'link'), noOutput)).write('new');
    expect(await readFile(join(directory, 'nowhere.json'), 'utf8')).toBe('new');
    expect((await readdir(directory)).toSorted()).toEqual(['link', 'nowhere.json']);
  });

  test('is written again by a later text', async () => {
    const output = await openOutput(join(directory, 'r.json'), noOutput);
    for (const text of ['a longer first text', 'second', '']) {
      await output.write(text);
      expect(await readFile(join(directory, 'r.json'), 'utf8')).toBe(text);
    }
  });

  test('that is read-only is refused, also in a writable directory', async () => {
    const path = await fileOf('old', 0o444);
    forbidden.add(path);
    await expect(openOutput(path, noOutput)).rejects.toThrow('permission denied (EACCES)');
  });
});

describe('a pipe', () => {
  testWith([MKFIFO, CAT], 'takes a text that is larger than its buffer', async () => {
    const path = join(directory, 'pipe');
    execFileSync('mkfifo', [path]);
    const reader = spawn('cat', [path]);
    const closed = once(reader, 'close');
    let read = 0;
    reader.stdout.on('data', (chunk: Buffer) => (read += chunk.length));
    await (await openOutput(path, noOutput)).write('x'.repeat(1_000_000));
    await closed;
    expect(read).toBe(1_000_000);
  });

  testWith([MKFIFO, CAT], 'waits for a reader that comes late', async () => {
    const path = join(directory, 'pipe');
    execFileSync('mkfifo', [path]);
    const written = (await openOutput(path, noOutput)).write('text');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const reader = spawn('cat', [path]);
    const [chunk] = (await once(reader.stdout, 'data')) as [Buffer];
    await written;
    expect(chunk.toString()).toBe('text');
  });
});

describe('a file that is open already', () => {
  test('is appended to at its position', async () => {
    const path = await fileOf('earlier line\n');
    const fd = openSync(path, 'a');
    try {
      await (await openOutput(`/dev/fd/${fd}`, noOutput)).write('result\n');
    } finally {
      closeSync(fd);
    }
    expect(await readFile(path, 'utf8')).toBe('earlier line\nresult\n');
  });

  test('for reading is refused', async () => {
    const fd = openSync(await fileOf('old'), 'r');
    try {
      await expect(openOutput(`/proc/self/fd/${fd}`, noOutput)).rejects.toThrow('is open for reading only');
    } finally {
      closeSync(fd);
    }
  });

  test('is refused once it is closed', async () => {
    await expect(openOutput('/dev/fd/4711', noOutput)).rejects.toThrow('file descriptor 4711 is not open');
  });

  test.each(['-', '/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])('%s is standard output', async (path) => {
    let out = '';
    const output = await openOutput(path, (text) => void (out += text));
    await output.write('result');
    expect(out).toBe('result');
  });
});

test.each(['/dev/full', '/dev/null'])('%s is a device, written to without being replaced', async (path) => {
  const written = (await openOutput(path, noOutput)).write('x');
  if (path === '/dev/null') await written;
  else await expect(written).rejects.toThrow('no space left on the device (ENOSPC)');
  expect((await stat(path)).isCharacterDevice()).toBe(true);
});

describe('conflicts', () => {
  const input = (path: string) => [{ path, role: 'the workload file' }];

  test.each(['', 'symbolic', 'hard'])('an output that is an input, through a %s link', async (kind) => {
    const path = await fileOf('{}');
    const given = kind === '' ? path : join(directory, 'link');
    if (kind === 'symbolic') await symlink('r.json', given);
    if (kind === 'hard') await link(path, given);
    expect(await findConflicts([{ path: given, role: '--out' }], input(path))).toEqual([
      {
        path: '--out',
        message: `${given} is the workload file, which it would overwrite`,
        hint: 'choose another path',
      },
    ]);
  });

  test('two outputs in one file, even if it does not exist yet', async () => {
    await symlink('new.json', join(directory, 'link'));
    const outputs = [
      { path: join(directory, 'new.json'), role: '--out' },
      { path: join(directory, 'link'), role: '--report csv' },
      { path: '-', role: '--report junit' },
      { path: '-', role: '--report k6' },
    ];
    expect((await findConflicts(outputs, [])).map(({ path, message }) => [path, message])).toEqual([
      ['--report csv', `${join(directory, 'link')} is taken by another report`],
      ['--report k6', 'standard output is taken by another report'],
    ]);
  });

  test('any number of outputs can share a device', async () => {
    const outputs = ['--out', '--report csv'].map((role) => ({ path: '/dev/null', role }));
    expect(await findConflicts(outputs, input('/dev/null'))).toEqual([]);
  });
});
