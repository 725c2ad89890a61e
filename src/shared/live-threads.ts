import type { Worker } from 'node:worker_threads';

const live = new Set<Worker>();

/** Registers a load thread as running until it exits; it keeps the process alive. */
export function trackThread(thread: Worker): void {
  live.add(thread);
  thread.once('exit', () => live.delete(thread));
}

/** Terminates all load threads of this process; resolves when all have exited. */
export async function terminateThreads(): Promise<void> {
  await Promise.all([...live].map((thread) => thread.terminate()));
}
