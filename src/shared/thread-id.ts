import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

/** Thread id of the calling thread in the operating system; 0 if unknown. On Linux the link is `1234/task/1240`. */
export function readThreadId(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1)) || 0;
  } catch {
    return 0;
  }
}

/** Gives the calling thread the lowest priority, where the system has priorities of threads. */
export function lowerThreadPriority(): void {
  const id = readThreadId();
  if (id === 0) return;
  try {
    setPriority(id, constants.priority.PRIORITY_LOW);
  } catch {
    // Not permitted: it works with its priority.
  }
}
