import { type Stats } from 'node:fs';
import { access, constants, lstat, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { describeFailure, unwritable } from './failure.ts';

/** What a path leads to, as far as writing is concerned. */
export type OutputPlace =
  /** Standard output or error, also as `/dev/stdout`, `/dev/fd/1` or `-`. */
  | { readonly kind: 'standard'; readonly fd: 1 | 2 }
  /** A regular file that this process inherited open: written at its position, never truncated. */
  | { readonly kind: 'descriptor'; readonly fd: number }
  /** A pipe or a character device: takes one text. */
  | { readonly kind: 'stream'; readonly path: string; readonly isPipe: boolean }
  /** A regular file, or none yet. */
  | FilePlace;

export interface FilePlace {
  readonly kind: 'file';
  /** With every symbolic link resolved. */
  readonly path: string;
  /** `undefined`: there is none yet. */
  readonly existing: Stats | undefined;
  /** Whether it is written in place, because a rename cannot replace it or would change its owner or its other names. */
  readonly inPlace: boolean;
}

const MAX_LINKS = 40;
const OPEN_FOR_READING = '0';

/**
 * Finds out how a path can be written, without writing anything.
 * @param path `-` is standard output
 * @throws {LoadbotError} `config_invalid` when it cannot be written
 */
export async function locateOutput(path: string): Promise<OutputPlace> {
  if (path === '-') return { kind: 'standard', fd: 1 };
  const fd = await descriptorOf(path);
  if (fd === 1 || fd === 2) return { kind: 'standard', fd };
  const existing = await stat(path).catch(() => undefined);
  if (fd !== undefined) {
    if (existing === undefined) throw unwritable(path, `file descriptor ${fd} is not open`);
    await requireOpenForWriting(path, fd);
    if (existing.isFile()) return { kind: 'descriptor', fd };
  }
  if (existing === undefined || existing.isFile()) return locateFile(path, existing);
  if (existing.isFIFO() || existing.isCharacterDevice()) {
    await requireAccess(path, path);
    return { kind: 'stream', path, isPipe: existing.isFIFO() };
  }
  throw unwritable(path, `it is a ${existing.isDirectory() ? 'directory' : existing.isSocket() ? 'socket' : 'disk'}`);
}

/** The descriptor of this process that a path stands for, also behind symbolic links. */
async function descriptorOf(path: string): Promise<number | undefined> {
  let at = resolve(path);
  for (let links = 0; links < MAX_LINKS; links++) {
    const number = /^\/(?:dev\/fd|proc\/self\/fd)\/(\d+)$/.exec(at)?.[1];
    if (number !== undefined) return Number(number);
    const named = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 }[at];
    if (named !== undefined) return named;
    const target = await readlink(at).catch(() => undefined);
    if (target === undefined) return undefined;
    at = resolve(dirname(at), target);
  }
  return undefined;
}

async function requireOpenForWriting(path: string, fd: number): Promise<void> {
  const info = await readFile(`/proc/self/fdinfo/${fd}`, 'utf8').catch(() => '');
  // The flags of open(2) in octal; the last two bits are the access mode.
  const mode = /^flags:\s*\d*(\d)$/m.exec(info)?.[1];
  if (mode === OPEN_FOR_READING) throw unwritable(path, `file descriptor ${fd} is open for reading only`);
}

async function locateFile(path: string, existing: Stats | undefined): Promise<FilePlace> {
  const final = await finalPath(path);
  const directory = dirname(final);
  if (existing === undefined) {
    await requireAccess(path, directory);
    return { kind: 'file', path: final, existing, inPlace: false };
  }
  await requireAccess(path, final);
  const inPlace = !(await isReplaceable(final, existing));
  return { kind: 'file', path: final, existing, inPlace };
}

/** Where a path ends when its symbolic links are followed, also if nothing is there yet. */
async function finalPath(path: string): Promise<string> {
  let at = resolve(path);
  for (let links = 0; links < MAX_LINKS; links++) {
    const directory = await realpath(dirname(at)).catch(() => undefined);
    if (directory === undefined) {
      throw unwritable(path, `the directory ${dirname(at)} does not exist`, 'create it first, or choose another path');
    }
    at = join(directory, basename(at));
    const target = await readlink(at).catch(() => undefined);
    if (target === undefined) return at;
    at = resolve(directory, target);
  }
  throw unwritable(path, 'too many symbolic links');
}

/** Whether a rename can replace it and change nothing but its contents. */
async function isReplaceable(path: string, existing: Stats): Promise<boolean> {
  const user = process.geteuid?.();
  const isOurs = user === undefined || user === 0 || existing.uid === user;
  if (!isOurs || existing.nlink > 1 || (await isMountPoint(path))) return false;
  return access(dirname(path), constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Whether a single file is mounted there, as `docker run -v FILE:FILE` does: its name cannot be given to another. */
async function isMountPoint(path: string): Promise<boolean> {
  const { dev } = await lstat(dirname(path));
  if ((await lstat(path)).dev !== dev) return true;
  const mounts = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  const unescape = (text: string): string =>
    text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return mounts.split('\n').some((line) => unescape(line.split(' ')[4] ?? '') === path);
}

/** @param path as the user wrote it  @param checked the file or directory that has to be writable */
async function requireAccess(path: string, checked: string): Promise<void> {
  await access(checked, constants.W_OK).catch((cause: unknown) => {
    const of = checked === path ? '' : `${checked}: `;
    throw unwritable(path, `${of}${describeFailure(cause)}`, 'choose another path', cause);
  });
}
