import { Worker } from 'node:worker_threads';
import { forwardThreadOutput } from '../shared/library-output.ts';
import { type Diagnostic, type ErrorCode, LoadbotError, messageOf } from '../shared/errors.ts';
import { formatMs } from '../shared/units.ts';
import { builtEntry } from '../shared/package-files.ts';

/** Limits of a thread that does one piece of work. */
export interface ThreadLimits {
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
    const timer = setTimeout(() => reject(tooCostly(`takes longer than ${formatMs(timeoutMs)}`)), timeoutMs);
    thread.on('message', (reply: WorkReply<T>) => {
      if ('error' in reply) reject(unpackProblems(reply.error));
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

/** The result of the work, or its error. */
export type WorkReply<T> = { readonly value: T } | { readonly error: PortableProblems };

/** An error as it crosses threads, where classes are lost. */
interface PortableProblems {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly problems: readonly Diagnostic[];
}

/** As many problems as an answer of the control API lists. */
const MOST_PROBLEMS = 1000;

/** Settles as the reply of a thread. */
export function toReply<T>(work: Promise<T>): Promise<WorkReply<T>> {
  return work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error: packProblems(error) }),
  );
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
