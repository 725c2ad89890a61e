import { stat } from 'node:fs/promises';
import type { Problem } from '../../core/errors.ts';
import { locateOutput } from './locate-output.ts';

/** A file with its part in a command. */
export interface NamedFile {
  readonly path: string;
  /** The flag that names an output, or a phrase for an input: `the workload file`. */
  readonly role: string;
}

/**
 * Finds outputs that would overwrite an input or another output. Files are compared by device and inode, so that links
 * hide nothing.
 */
export async function findConflicts(
  outputs: readonly NamedFile[],
  inputs: readonly NamedFile[],
): Promise<readonly Problem[]> {
  const identities = await Promise.all(outputs.map(({ path }) => identityOf(path)));
  // Most runs write files that are not there yet: then no input has to be looked at.
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
  // The first counts, which is the workload file.
  return new Map(found.flatMap(([inode, file]) => (inode === undefined ? [] : [[inode, file] as const])).toReversed());
}

const INODE = 'inode ';

/** Equal for two paths to one regular file; `undefined` for pipes and devices, which many may share. */
async function identityOf(path: string): Promise<string | undefined> {
  if (path === '-') return path;
  const inode = await inodeOf(path);
  if (inode !== undefined) return inode;
  // An output that cannot be written is found by another check.
  const place = await locateOutput(path).catch(() => undefined);
  return place?.kind === 'file' ? place.path : undefined;
}

async function inodeOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found?.isFile() === true ? `${INODE}${found.dev}:${found.ino}` : undefined;
}
