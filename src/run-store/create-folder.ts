import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A result has a copy of its workload, which may contain secrets of a body. */
const OWNER_ONLY = 0o700;

/**
 * Creates a folder and its parents. Node's recursive `mkdir` never ends where a parent exists and the folder cannot be
 * created in it with the code ENOENT, as in `/proc` or below the mount point of an automounter.
 * @throws errors of Node's file functions
 */
export async function createFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: OWNER_ONLY });
  } catch (error) {
    const { code } = Object(error) as { readonly code?: unknown };
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path) throw error;
    await createFolder(parent);
    await createLast(path);
  }
}

async function createLast(path: string): Promise<void> {
  await mkdir(path, { mode: OWNER_ONLY }).catch((error: unknown) => {
    // Another agent created it meanwhile.
    if (Object(error).code !== 'EEXIST') throw error;
  });
}
