import type { Stats } from 'node:fs';
import { access, constants, lstat, readFile, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { LoadbotError, messageOf } from '../../shared/errors.ts';

/** Kind of file behind a path, for writing. */
export type OutputDestination =
  /** Standard output or error, also as `/dev/stdout`, `/dev/fd/1` or `-`. */
  | { readonly kind: 'standard'; readonly fd: 1 | 2 }
  /** Regular file inherited as an open descriptor: written at its position, never truncated. */
  | { readonly kind: 'descriptor'; readonly fd: number }
  /** Pipe or character device: receives one text. */
  | { readonly kind: 'stream'; readonly path: string; readonly isPipe: boolean }
  /** Regular file, possibly not existing yet. */
  | FileDestination;

export interface FileDestination {
  readonly kind: 'file';
  /** Path with all symbolic links resolved. */
  readonly path: string;
  /** `undefined`: the file does not exist yet. */
  readonly existing: Stats | undefined;
  /** Whether to write in place, because a rename cannot replace the file or would change its owner or hard links. */
  readonly inPlace: boolean;
}

const MAX_LINKS = 40;
const OPEN_FOR_READING = '0';

/**
 * Determines how to write to a path, without writing.
 * @param path `-` is standard output
 * @throws {LoadbotError} `config_invalid` if it cannot be written
 */
export async function resolveOutput(path: string): Promise<OutputDestination> {
  if (path === '-') return { kind: 'standard', fd: 1 };
  const fd = await descriptorOf(path);
  if (fd === 1 || fd === 2) return { kind: 'standard', fd };
  const existing = await stat(path).catch(() => undefined);
  if (fd !== undefined) {
    if (existing === undefined) throw outputError(path, `file descriptor ${fd} is not open`);
    await requireOpenForWriting(path, fd);
    if (existing.isFile()) return { kind: 'descriptor', fd };
  }
  if (existing === undefined || existing.isFile()) return locateFile(path, existing);
  if (existing.isFIFO() || existing.isCharacterDevice()) {
    await requireAccess(path, path);
    return { kind: 'stream', path, isPipe: existing.isFIFO() };
  }
  throw outputError(path, `it is a ${existing.isDirectory() ? 'directory' : existing.isSocket() ? 'socket' : 'disk'}`);
}

/** Returns the file descriptor that a path refers to, also through symbolic links. */
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
  // Flags of open(2) in octal; the last two bits are the access mode.
  const mode = /^flags:\s*\d*(\d)$/m.exec(info)?.[1];
  if (mode === OPEN_FOR_READING) throw outputError(path, `file descriptor ${fd} is open for reading only`);
}

async function locateFile(path: string, existing: Stats | undefined): Promise<FileDestination> {
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

/** Resolves all symbolic links, also of a path that does not exist yet. */
async function finalPath(path: string): Promise<string> {
  let at = resolve(path);
  for (let links = 0; links < MAX_LINKS; links++) {
    const directory = await realpath(dirname(at)).catch(() => undefined);
    if (directory === undefined) {
      throw outputError(path, `the directory ${dirname(at)} does not exist`, 'create it first, or choose another path');
    }
    at = join(directory, basename(at));
    const target = await readlink(at).catch(() => undefined);
    if (target === undefined) return at;
    at = resolve(directory, target);
  }
  throw outputError(path, 'too many symbolic links');
}

/** Whether a rename can replace the file without changing anything but its contents. */
async function isReplaceable(path: string, existing: Stats): Promise<boolean> {
  const user = process.geteuid?.();
  const isOurs = user === undefined || user === 0 || existing.uid === user;
  if (!isOurs || existing.nlink > 1 || (await isMountPoint(path))) return false;
  return access(dirname(path), constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Whether the file itself is a mount point, as with `docker run -v FILE:FILE`: a rename cannot replace it. */
async function isMountPoint(path: string): Promise<boolean> {
  const { dev } = await lstat(dirname(path));
  if ((await lstat(path)).dev !== dev) return true;
  const mounts = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  const unescape = (text: string): string =>
    text.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return mounts.split('\n').some((line) => unescape(line.split(' ')[4] ?? '') === path);
}

/**
 * @param path path as given by the user
 * @param checked the file or directory that must be writable
 */
async function requireAccess(path: string, checked: string): Promise<void> {
  await access(checked, constants.W_OK).catch((cause: unknown) => {
    const of = checked === path ? '' : `${checked}: `;
    throw outputError(path, `${of}${describeFailure(cause)}`, 'choose another path', cause);
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  ENOENT: 'the directory does not exist',
  EPIPE: 'the reader closed the pipe',
};

/** Describes why a file cannot be written, with the error code for searching. */
export function describeFailure(cause: unknown): string {
  const code = Object(cause) as { readonly code?: unknown };
  const reason = typeof code.code === 'string' ? REASONS[code.code] : undefined;
  return reason === undefined ? messageOf(cause) : `${reason} (${String(code.code)})`;
}

/** Creates the error for an output that cannot be written, found before the load. */
function outputError(path: string, reason: string, hint = 'choose another path', cause?: unknown): LoadbotError {
  return new LoadbotError('config_invalid', `cannot write the result to ${path}: ${reason}`, { hint, cause });
}
