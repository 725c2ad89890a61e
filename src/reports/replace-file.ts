import { randomUUID } from 'node:crypto';
import { access, constants, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LoadbotError, messageOf } from '../core/errors.ts';

/**
 * Whether a result can be written to a file, as far as that can be said beforehand.
 * @throws {LoadbotError} `config_invalid` when it cannot
 */
export async function checkWritable(path: string): Promise<void> {
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isDirectory()) {
    throw new LoadbotError('config_invalid', `cannot write the result to ${path}: it is a directory`);
  }
  // A file is replaced, so it is its directory that must be writable; a device or pipe is written to.
  const written = existing === undefined || existing.isFile() ? dirname(path) : path;
  await access(written, constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new LoadbotError(
      'config_invalid',
      cause.code === 'ENOENT'
        ? `cannot write the result to ${path}: the directory ${written} does not exist`
        : `cannot write the result to ${path}: ${messageOf(cause)}`,
      { hint: cause.code === 'ENOENT' ? 'create it first, or choose another path' : 'choose another path', cause },
    );
  });
}

/**
 * Writes a file whole or not at all: readers never see half of it. A device or pipe is written to.
 * @throws {LoadbotError} `internal`, with the path
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const existing = await stat(path).catch(() => undefined);
  // Where a link leads is replaced, not the link.
  const final = existing === undefined ? path : await realpath(path);
  const isFile = existing === undefined || existing.isFile();
  // Beside the result, because a rename is only atomic within one file system.
  const written = isFile ? `${final}.${randomUUID()}.tmp` : final;
  try {
    await writeFile(written, text);
    if (isFile) await rename(written, final);
  } catch (cause) {
    if (isFile) await rm(written, { force: true });
    throw new LoadbotError('internal', `cannot write the result to ${path}: ${messageOf(cause)}`, { cause });
  }
}
