import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { BOUNDS } from './bounds.ts';
import { formatBytes } from './units.ts';
import { utf8Fault, withoutBom } from './utf8.ts';

/** A file that cannot be used, for a reason that is not the system's. */
export class FileFault extends Error {
  /** Says more than the message: `save it as UTF-8`. */
  readonly hint: string | undefined;

  /** @param message a phrase about the file: `it is not a regular file` */
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/**
 * The bytes of a file that a workload names. Reading a device would not end, opening a pipe would wait for a writer, and either would take
 * an agent with it.
 * @throws {FileFault} for what is not a regular file, or larger than allowed
 * @throws as Node's own `readFileSync` does
 */
export function readRegularFile(path: string, mostBytes: number): Buffer {
  // Or opening a pipe would wait for a writer.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(file);
    // Reading a directory fails by itself, with Node's own code.
    if (!stat.isFile() && !stat.isDirectory()) throw new FileFault('it is not a regular file');
    if (stat.isFile() && stat.size > mostBytes) throw new FileFault(`it is larger than ${formatBytes(mostBytes)}`);
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * The text of a file with certificates, a key or a password.
 * @throws as `readRegularFile` does, and {FileFault} for what is not UTF-8
 */
export function readSmallText(path: string): string {
  return decodeText(readRegularFile(path, BOUNDS.certificateBytes));
}

/** @throws {FileFault} for what is not UTF-8, with its line and byte */
function decodeText(bytes: Buffer): string {
  const fault = utf8Fault(bytes);
  if (fault !== undefined) throw new FileFault(`it ${fault.message}`, fault.hint);
  return withoutBom(bytes).toString();
}
