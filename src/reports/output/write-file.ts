import { randomUUID } from 'node:crypto';
import { constants, type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { FileDestination } from './locate-output.ts';

/** Error codes of a rename after which the file can still be written in place. */
const IN_PLACE_AFTER: ReadonlySet<unknown> = new Set(['EACCES', 'EBUSY', 'ENAMETOOLONG', 'EPERM', 'EXDEV']);

/** Writes one regular file repeatedly. Calls must not overlap. */
export class FileWriter {
  readonly #place: FileDestination;
  /** Temporary file in the same directory, because a rename is atomic only within a file system. */
  readonly #temporary: string;
  #inPlace: boolean;
  /** Last text written in place, restored after a failure. */
  #written: Buffer | undefined;

  constructor(place: FileDestination) {
    this.#place = place;
    this.#inPlace = place.inPlace;
    this.#temporary = `${place.path}.${randomUUID().slice(0, 8)}.tmp`;
  }

  /**
   * Replaces the contents. With a rename, readers see the old or the new text, and a failure keeps the old one. In
   * place, readers may see parts of both, and a failure restores the last text of this writer.
   * @param isFinal whether to wait until the contents are on the disk
   * @throws errors of Node's file functions
   */
  async write(parts: readonly Buffer[], isFinal: boolean): Promise<void> {
    if (!this.#inPlace) {
      try {
        return await this.#replace(parts, isFinal);
      } catch (error) {
        await rm(this.#temporary, { force: true });
        if (this.#place.existing === undefined || !IN_PLACE_AFTER.has(Object(error).code)) throw error;
        this.#inPlace = true;
      }
    }
    await this.#overwrite(Buffer.concat(parts), isFinal);
  }

  async #replace(parts: readonly Buffer[], isFinal: boolean): Promise<void> {
    const { path, existing } = this.#place;
    const file = await open(this.#temporary, 'wx', existing === undefined ? 0o666 : 0o600);
    try {
      if (existing !== undefined) await copyPermissions(file, existing);
      await writeParts(file, parts);
      if (isFinal) await file.datasync();
    } finally {
      await file.close();
    }
    await rename(this.#temporary, path);
  }

  async #overwrite(bytes: Buffer, isFinal: boolean): Promise<void> {
    const file = await open(this.#place.path, constants.O_WRONLY | constants.O_CREAT);
    try {
      await overwriteAndTruncate(file, bytes);
      this.#written = bytes;
      if (isFinal) await file.datasync();
    } catch (error) {
      // The blocks are still allocated to the file, so this succeeds even on a full disk.
      if (this.#written !== undefined) await overwriteAndTruncate(file, this.#written);
      throw error;
    } finally {
      await file.close();
    }
  }
}

/** Writes buffers together: one call for each would take longer than the bytes. */
async function writeParts(file: FileHandle, parts: readonly Buffer[]): Promise<void> {
  let left = parts;
  while (left.length > 0) {
    const { bytesWritten } = await file.writev(left);
    left = withoutBytes(left, bytesWritten);
  }
}

/** Buffers without their first bytes, and without the empty ones. */
function withoutBytes(parts: readonly Buffer[], count: number): readonly Buffer[] {
  let skipped = count;
  return parts.flatMap((part) => {
    const rest = part.subarray(Math.min(skipped, part.length));
    skipped -= part.length - rest.length;
    return rest.length === 0 ? [] : [rest];
  });
}

async function copyPermissions(
  file: FileHandle,
  { mode, uid, gid }: NonNullable<FileDestination['existing']>,
): Promise<void> {
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid);
  // After chown, which clears the set-user-ID bits.
  await file.chmod(mode & 0o7777);
}

/** Writes first and truncates afterwards, so that a full disk loses no existing data. */
async function overwriteAndTruncate(file: FileHandle, bytes: Buffer): Promise<void> {
  let at = 0;
  while (at < bytes.length) at += (await file.write(bytes, at, bytes.length - at, at)).bytesWritten;
  await file.truncate(bytes.length);
}
