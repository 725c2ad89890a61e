import { readlinkSync } from 'node:fs';

/** The operating system's number of the thread that asks; 0 where it does not tell. On Linux the link is `1234/task/1240`. */
export function readThreadId(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1)) || 0;
  } catch {
    return 0;
  }
}
