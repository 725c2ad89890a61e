import { realpathSync } from 'node:fs';
import { resolve, sep } from 'node:path';
import { readSmallText, UnusableFileError } from './read-file.ts';

/** Folders whose files workloads may read in this thread; `undefined`: any file. */
let allowed: readonly string[] | undefined;

/** Restricts the files that workloads may read in this thread. @param folders `undefined`: any file */
export function restrictFiles(folders: readonly string[] | undefined): void {
  allowed = folders;
}

/**
 * Checks that a workload may read a file, or connect to a unix socket, at a path.
 * @returns the path
 * @throws {UnusableFileError} when it must not
 */
export function requireFileAccess(path: string): string {
  requireInside(path, allowed);
  return path;
}

/**
 * Checks that a file is in one of these folders, also after its links are resolved. The message does not reveal whether
 * a file elsewhere exists.
 * @param folders `undefined`: anywhere
 * @throws {UnusableFileError} when it is not
 */
export function requireInside(path: string, folders: readonly string[] | undefined): void {
  if (folders === undefined) return;
  const absolute = resolve(path);
  const named = folders.map((folder) => resolve(folder));
  if (isInside(absolute, named) && isInside(realPath(absolute), named.map(realPath))) return;
  throw new UnusableFileError("it is not in a folder of the agent's --allow_files");
}

/**
 * Reads the text of a file with certificates, a key or a password that a workload names.
 * @throws as `readSmallText`, and {UnusableFileError} when the workload must not read it
 */
export function readWorkloadText(path: string): string {
  return readSmallText(requireFileAccess(path));
}

function isInside(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep));
}

/** The path without links; of a missing file, its path in its real folder. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const folder = resolve(path, '..');
    return folder === path ? path : resolve(realPath(folder), path.slice(folder.length).replace(/^[/\\]/, ''));
  }
}
