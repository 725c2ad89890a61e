import { setTimeout as pause } from 'node:timers/promises';
import { terminateThreads } from '../shared/live-threads.ts';

/** Requests that occupy a thread of Node's pool, possibly forever. */
const POOLED: ReadonlySet<string> = new Set([
  'FSReqCallback',
  'FSReqPromise',
  'GetAddrInfoReqWrap',
  'GetNameInfoReqWrap',
]);
const CHECK_EVERY_MS = 5;

/**
 * Ends the process with an exit code. `process.exit` waits for threads that are blocked in the system: by a file on a mount that
 * hangs, or by a name server that does not answer. Then the process ends itself by SIGTERM, which waits for nothing.
 * @param withinMs how long blocked threads are waited for
 */
export async function endProcess(process: NodeJS.Process, code: number, withinMs: number): Promise<void> {
  const untilMs = performance.now() + withinMs;
  const threads = { haveEnded: false };
  void terminateThreads().then(() => (threads.haveEnded = true));
  // Threads that have ended are known by the next turn of the event loop.
  await pause(0);
  while (!threads.haveEnded || isPoolBusy(process)) {
    if (performance.now() >= untilMs) {
      process.removeAllListeners('SIGTERM');
      process.kill(process.pid, 'SIGTERM');
      // A process with PID 1 ignores its own SIGTERM.
      break;
    }
    await pause(CHECK_EVERY_MS);
  }
  process.exit(code);
}

function isPoolBusy(process: NodeJS.Process): boolean {
  return process.getActiveResourcesInfo().some((name) => POOLED.has(name));
}
