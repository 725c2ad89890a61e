import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';

/** Four bytes for each of the 64 Mi characters that the largest file of ours may have. */
const MAX_BYTES = 256 * 1024 ** 2;

/**
 * The text of a file that a workload names, which may have been sent by anybody: a device would be read for ever, a pipe waited for, and
 * either would take an agent with it.
 * @throws as Node's own `readFileSync` does; with the code `NOT_A_FILE` or `TOO_LARGE`
 */
export function readRegularFile(path: string): string {
  // Or opening a pipe that nobody writes into would not return.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(file);
    // Reading a directory fails by itself, with Node's own code.
    if (!stat.isFile() && !stat.isDirectory()) throw fault('NOT_A_FILE', 'it is no regular file');
    if (stat.size > MAX_BYTES) throw fault('TOO_LARGE', 'it is larger than 256 MiB');
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

function fault(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
