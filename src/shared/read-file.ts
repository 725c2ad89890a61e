import { readFileSync, createReadStream, closeSync, constants, fstatSync, openSync } from 'node:fs';
import { WORKLOAD_LIMITS } from './bounds.ts';
import { formatBytes } from './units.ts';
import { validateUtf8, withoutBom } from './utf8.ts';

/** An unusable file, for a reason other than a system error. */
export class UnusableFileError extends Error {
  /** Recommended action: `save it as UTF-8`. */
  readonly hint: string | undefined;

  /** @param message a phrase about the file: `it is not a regular file` */
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * Reads the bytes of a file that a workload names. Reading a device would never end, and opening a pipe would wait for
 * a writer; both would block the agent.
 * @throws {UnusableFileError} for a file that is not regular, or too large
 * @throws system errors of Node's `readFileSync`
 */
export function readRegularFile(path: string, mostBytes: number): Buffer {
  // Non-blocking: opening a pipe would otherwise wait for a writer.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(file);
    // Reading a directory fails with Node's error.
    if (!stat.isFile() && !stat.isDirectory()) throw new UnusableFileError('it is not a regular file');
    if (stat.isFile() && stat.size > mostBytes)
      throw new UnusableFileError(`it is larger than ${formatBytes(mostBytes)}`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Reads the text of a file with certificates, a key or a password.
 * @throws as `readRegularFile`, and {FileFault} for text that is not UTF-8
 */
export function readSmallText(path: string): string {
  return decodeText(readRegularFile(path, WORKLOAD_LIMITS.certificateBytes));
}

/** @throws {UnusableFileError} for text that is not UTF-8, with its line and byte */
function decodeText(bytes: Buffer): string {
  const fault = validateUtf8(bytes);
  if (fault !== undefined) throw new UnusableFileError(`it ${fault.message}`, fault.hint);
  return withoutBom(bytes).toString();
}

/**
 * Reads the text of a file, which may be a pipe such as a shell's `<(...)`, up to a limit: a device never ends.
 * @returns truncated text longer than the limit, if there is more
 */
export function readBounded(path: string, mostBytes: number): Promise<string> {
  // `end` is inclusive: one byte more than the limit shows that there is more.
  return readStream(createReadStream(path, { end: mostBytes }), mostBytes);
}

/** Reads the text of a stream such as standard input, up to a limit. */
export async function readStream(stream: NodeJS.ReadableStream, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const buffer = Buffer.from(chunk);
    chunks.push(buffer);
    bytes += buffer.length;
    if (bytes > mostBytes) break;
  }
  return Buffer.concat(chunks).toString();
}

/** Reads the text of a file; `undefined` if it does not exist or is not readable. */
export type ReadText = (path: string) => string | undefined;

export function readTextFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
