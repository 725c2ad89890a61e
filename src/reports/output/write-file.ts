import { randomUUID } from 'node:crypto';
import { constants, type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { FilePlace } from './locate-output.ts';

/** Failures of a replacement after which the file can still be written in place. */
const IN_PLACE_AFTER: ReadonlySet<unknown> = new Set(['EACCES', 'EBUSY', 'ENAMETOOLONG', 'EPERM', 'EXDEV']);

/** Writes one regular file again and again. Calls must not overlap. */
export class FileWriter {
  readonly #place: FilePlace;
  /** Beside the file, because a rename is atomic only within one file system. */
  readonly #temporary: string;
  #inPlace: boolean;
  /** What this writer wrote last in place, to be put back after a failure. */
  #written: Buffer | undefined;

  constructor(place: FilePlace) {
    this.#place = place;
    this.#inPlace = place.inPlace;
    this.#temporary = `${place.path}.${randomUUID().slice(0, 8)}.tmp`;
  }

  /**
   * Replaces the contents. Where a rename is possible readers see the old text or the new one, and a failure leaves the old
   * one; in place they may see parts of both while it is written, and a failure puts the last text of this writer back.
   * @throws as Node's own functions do
   */
  async write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    if (!this.#inPlace) {
      try {
        return await this.#replace(bytes);
      } catch (error) {
        await rm(this.#temporary, { force: true });
        if (this.#place.existing === undefined || !IN_PLACE_AFTER.has(Object(error).code)) throw error;
        this.#inPlace = true;
      }
    }
    await this.#overwrite(bytes);
  }

  async #replace(bytes: Buffer): Promise<void> {
    const { path, existing } = this.#place;
    const file = await open(this.#temporary, 'wx', existing === undefined ? 0o666 : 0o600);
    try {
      if (existing !== undefined) await keepRights(file, existing);
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
    await rename(this.#temporary, path);
  }

  async #overwrite(bytes: Buffer): Promise<void> {
    const file = await open(this.#place.path, constants.O_WRONLY | constants.O_CREAT);
    try {
      await fill(file, bytes);
      this.#written = bytes;
    } catch (error) {
      // The blocks that it takes are still the file's: this succeeds on a full disk, too.
      if (this.#written !== undefined) await fill(file, this.#written);
      throw error;
    } finally {
      await file.close();
    }
  }
}

async function keepRights(file: FileHandle, { mode, uid, gid }: NonNullable<FilePlace['existing']>): Promise<void> {
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid);
  // After the owner, because a change of owner clears the set-user-ID bits.
  await file.chmod(mode & 0o7777);
}

/** Writes first and truncates afterwards, so that a full disk takes nothing that was there. */
async function fill(file: FileHandle, bytes: Buffer): Promise<void> {
  let at = 0;
  while (at < bytes.length) at += (await file.write(bytes, at, bytes.length - at, at)).bytesWritten;
  await file.truncate(bytes.length);
}
