import { open, rm, stat } from 'node:fs/promises';

/** The beginning of a result file, which holds its kind. */
const HEAD_BYTES = 256;

/**
 * Removes result files of earlier runs, so that they are not taken for the result of a run that could not be planned. Only
 * regular files that hold a result: which files the run would have read is not known.
 */
export async function removeOlderResults(paths: readonly string[]): Promise<void> {
  for (const path of paths) if (await isResult(path)) await rm(path, { force: true }).catch(() => {});
}

async function isResult(path: string): Promise<boolean> {
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isFile() !== true) return false;
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return /^\s*\{\s*"kind":\s*"loadbot_result"/.test(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await file.close();
  }
}
