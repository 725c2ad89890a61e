import { readlinkSync } from 'node:fs';

/** Thread id of the calling thread in the operating system; 0 if unknown. On Linux the link is `1234/task/1240`. */
export function readThreadId(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1)) || 0;
  } catch {
    return 0;
  }
}
