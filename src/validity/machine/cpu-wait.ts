import type { ReadText } from '../../core/read-text-file.ts';

/**
 * Milliseconds that a thread has been ready to run and had no CPU: others ran, or the quota was used up; `undefined` where this
 * system does not tell. The second number of Linux's `schedstat`, in nanoseconds.
 * @param threadId the operating system's number of the thread
 */
export function readCpuWaitMs(threadId: number, readText: ReadText): number | undefined {
  const [, waited] = readText(`/proc/self/task/${threadId}/schedstat`)?.split(' ') ?? [];
  return waited === undefined ? undefined : Number(waited) / 1e6;
}
