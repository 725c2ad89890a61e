import { parentPort, Worker } from 'node:worker_threads';
import { forwardThreadOutput } from '../shared/library-output.ts';
import { type Diagnostic, type ErrorCode, LoadbotError, messageOf } from '../shared/errors.ts';
import { formatMs } from '../shared/units.ts';
import { readTextFile } from '../shared/read-file.ts';
import { readCpuWaitMs, readThreadId } from '../shared/thread-id.ts';
import { builtEntry } from '../shared/package-files.ts';

/** Limits of a thread that does one piece of work. */
export interface ThreadLimits {
  /** Time without that in which the thread waited for a processor, where the system knows it. */
  readonly timeoutMs: number;
  readonly heapMb: number;
}

/** A kind of work that is done in threads of its own. */
export interface ThreadWork {
  /** Name of the thread, and of its file: `plan` is `plan-thread.js`. */
  readonly name: string;
  /** Completes `the thread that ...` in messages. */
  readonly purpose: string;
  readonly limits: ThreadLimits;
  /** Most pieces of work that wait for others. */
  readonly mostWaiting: number;
  /** Message of a refusal because of them. */
  readonly busy: string;
  /** Creates the error of work beyond a limit. @param excess such as `takes longer than 45s` */
  readonly tooCostly: (excess: string) => LoadbotError;
}

/** Does work in threads, one piece at a time, each in a new thread that gets `workerData` and sends one reply. */
export class ThreadQueue {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /**
   * @param work with errors for this piece
   * @throws {LoadbotError} that of the thread; one beyond its limits; `agent_busy`
   */
  async run<T>(work: ThreadWork, workerData: unknown): Promise<T> {
    if (this.#waiting >= work.mostWaiting) {
      throw new LoadbotError('agent_busy', work.busy, { hint: 'try again in a few seconds' });
    }
    this.#waiting++;
    const result = this.#last.then(() => runInThread<T>(work, workerData)).finally(() => this.#waiting--);
    this.#last = result.catch(() => {});
    return result;
  }
}

/** Limit of the elapsed time, as a multiple of the timeout. */
const BUSY_FACTOR = 4;

/**
 * Milliseconds that a thread has left; 0 or less: it has exceeded its timeout.
 * @param waitedMs in which it was ready to run and had no processor
 */
export function remainingMs(timeoutMs: number, elapsedMs: number, waitedMs: number): number {
  return Math.min(timeoutMs + waitedMs, timeoutMs * BUSY_FACTOR) - elapsedMs;
}

function runInThread<T>({ name, purpose, limits, tooCostly }: ThreadWork, workerData: unknown): Promise<T> {
  const { timeoutMs, heapMb } = limits;
  const thread = new Worker(builtEntry(`planning/${name}-thread`), {
    workerData,
    name,
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
    stdout: true,
    stderr: true,
  });
  forwardThreadOutput(thread, name);
  const failed = (reason: string): LoadbotError =>
    new LoadbotError('internal', `the thread that ${purpose} failed: ${reason}`);
  return new Promise<T>((resolve, reject) => {
    const startedMs = performance.now();
    let threadId = 0;
    const check = (): void => {
      const waitedMs = (threadId === 0 ? undefined : readCpuWaitMs(threadId, readTextFile)) ?? 0;
      const leftMs = remainingMs(timeoutMs, performance.now() - startedMs, waitedMs);
      if (leftMs <= 0) reject(tooCostly(`takes longer than ${formatMs(timeoutMs)}`));
      else timer = setTimeout(check, Math.ceil(leftMs));
    };
    let timer = setTimeout(check, timeoutMs);
    thread.on('message', (reply: WorkReply<T>) => {
      if ('threadId' in reply) threadId = reply.threadId;
      else if ('error' in reply) reject(unpackProblems(reply.error));
      else resolve(reply.value);
    });
    thread.on('error', (error) => {
      const isFull = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      reject(isFull ? tooCostly(`takes more than ${heapMb} MiB`) : failed(messageOf(error)));
    });
    thread.on('exit', (code) => {
      clearTimeout(timer);
      reject(failed(`exit code ${code}`));
    });
  }).finally(() => void thread.terminate());
}

/** The id of the thread in the operating system, then the result of the work, or its error. */
type WorkReply<T> = { readonly threadId: number } | { readonly value: T } | { readonly error: PortableProblems };

/** An error as it crosses threads, where classes are lost. */
interface PortableProblems {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly problems: readonly Diagnostic[];
}

/** As many problems as an answer of the control API lists. */
const MOST_PROBLEMS = 1000;

/** Does the work of this thread, and replies to the thread that created it. */
export async function replyWith(work: () => Promise<unknown>): Promise<void> {
  const send = (reply: WorkReply<unknown>): void => parentPort?.postMessage(reply);
  send({ threadId: readThreadId() });
  try {
    send({ value: await work() });
  } catch (error) {
    send({ error: packProblems(error) });
  }
}

function packProblems(error: unknown): PortableProblems {
  if (!(error instanceof LoadbotError)) {
    return { code: 'internal', message: messageOf(error), hint: undefined, problems: [] };
  }
  const { code, message, hint, problems } = error;
  return { code, message, hint, problems: problems.slice(0, MOST_PROBLEMS) };
}

function unpackProblems({ code, message, hint, problems }: PortableProblems): LoadbotError {
  return new LoadbotError(code, message, { ...(hint !== undefined && { hint }), problems });
}
