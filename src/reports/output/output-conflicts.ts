import { stat } from 'node:fs/promises';
import type { Diagnostic } from '../../shared/errors.ts';
import { resolveOutput } from './locate-output.ts';

/** File with its role in a command. */
export interface NamedFile {
  readonly path: string;
  /** Flag of an output, or phrase for an input: `the workload file`. */
  readonly role: string;
}

/**
 * Finds outputs that would overwrite an input or another output. Compares files by device and inode, so links are
 * resolved.
 */
export async function findConflicts(
  outputs: readonly NamedFile[],
  inputs: readonly NamedFile[],
): Promise<readonly Diagnostic[]> {
  const identities = await Promise.all(outputs.map(({ path }) => identityOf(path)));
  // Inputs are only checked if an output exists already, which is rare.
  const isAnyThere = identities.some((identity) => identity?.startsWith(INODE) === true);
  const read = isAnyThere ? await byIdentity(inputs) : new Map<string, NamedFile>();
  const taken = new Set<string>();
  return outputs.flatMap(({ path, role }, index) => {
    const identity = identities[index];
    if (identity === undefined) return [];
    const input = read.get(identity);
    if (input !== undefined) {
      return [
        { path: role, message: `${path} is ${input.role}, which it would overwrite`, hint: 'choose another path' },
      ];
    }
    if (!taken.has(identity)) {
      taken.add(identity);
      return [];
    }
    const name = path === '-' ? 'standard output' : path;
    return [{ path: role, message: `${name} is taken by another report`, hint: 'give each its own file' }];
  });
}

async function byIdentity(files: readonly NamedFile[]): Promise<ReadonlyMap<string, NamedFile>> {
  const found = await Promise.all(files.map(async (file) => [await inodeOf(file.path), file] as const));
  // The first one wins: the workload file.
  return new Map(found.flatMap(([inode, file]) => (inode === undefined ? [] : [[inode, file] as const])).toReversed());
}

const INODE = 'inode ';

/** Identity of a regular file, equal for all paths to it; `undefined` for pipes and devices, which may be shared. */
async function identityOf(path: string): Promise<string | undefined> {
  if (path === '-') return path;
  const inode = await inodeOf(path);
  if (inode !== undefined) return inode;
  // Unwritable outputs are reported by another check.
  const place = await resolveOutput(path).catch(() => undefined);
  return place?.kind === 'file' ? place.path : undefined;
}

async function inodeOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found?.isFile() === true ? `${INODE}${found.dev}:${found.ino}` : undefined;
}
