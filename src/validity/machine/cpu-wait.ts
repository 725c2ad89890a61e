import type { ReadText } from '../../shared/read-file.ts';

/**
 * Reads the milliseconds in which a thread was ready to run and had no CPU, because other threads ran or the quota was
 * exhausted; `undefined` if unknown on this system. Second number of Linux's `schedstat`, in nanoseconds.
 * @param threadId thread id of the operating system
 */
export function readCpuWaitMs(threadId: number, readText: ReadText): number | undefined {
  const [, waited] = readText(`/proc/self/task/${threadId}/schedstat`)?.split(' ') ?? [];
  return waited === undefined ? undefined : Number(waited) / 1e6;
}
