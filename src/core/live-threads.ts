import type { Worker } from 'node:worker_threads';

const live = new Set<Worker>();

/** Counts a load thread among those that keep the process from exiting, until it has ended. */
export function trackThread(thread: Worker): void {
  live.add(thread);
  thread.once('exit', () => live.delete(thread));
}

/** Terminates the load threads of this process; resolves when all of them have ended. */
export async function endThreads(): Promise<void> {
  await Promise.all([...live].map((thread) => thread.terminate()));
}
