import { Worker } from 'node:worker_threads';
import { forwardThreadOutput } from '../../shared/library-output.ts';
import { LoadbotError } from '../../shared/errors.ts';
import type { RunningTarget, TargetOptions, TargetReply, TargetCommand } from './target.ts';
import type { TargetStats } from './target-statistics.ts';
import { builtEntry } from '../../shared/package-files.ts';

/**
 * Starts the embedded target in a separate thread, so that it does not slow down the load generator. Works only with
 * the built files, because Node 20 does not run TypeScript in a thread.
 * @throws {LoadbotError} when it cannot listen or its access log cannot be written
 */
export async function startTarget(changes: Partial<TargetOptions> = {}): Promise<RunningTarget> {
  const thread = new TargetThread(changes);
  const { url } = await thread.next('listening');
  let lastStats: TargetStats | undefined;
  const close = async (): Promise<void> => {
    lastStats = (await thread.ask({ kind: 'close' }, 'closed')).stats;
  };
  let closing: Promise<void> | undefined;
  return {
    url,
    stats: async () => {
      if (closing === undefined) return (await thread.ask({ kind: 'stats' }, 'stats')).stats;
      await closing;
      if (lastStats === undefined) throw new LoadbotError('internal', 'the target closed without its final statistics');
      return lastStats;
    },
    close: () => (closing ??= close()),
  };
}

type Kind = TargetReply['kind'];
type Message<K extends Kind> = Extract<TargetReply, { kind: K }>;

interface Expectation {
  readonly kind: Kind;
  resolve(message: TargetReply): void;
  reject(error: unknown): void;
}

/** Client of the target's thread. Responses are matched to messages in order. */
class TargetThread {
  readonly #worker: Worker;
  readonly #expected: Expectation[] = [];
  /** Error that ended the thread. */
  #ended: unknown;

  constructor(changes: Partial<TargetOptions>) {
    this.#worker = new Worker(builtEntry('drivers/embedded/target-thread'), {
      workerData: changes,
      stdout: true,
      stderr: true,
    });
    forwardThreadOutput(this.#worker, 'embedded target');
    this.#worker.on('message', (message: TargetReply) => this.#receive(message));
    this.#worker.on('error', (error) => this.#end(error));
    this.#worker.on('exit', () => this.#end(new LoadbotError('internal', "the embedded target's thread has ended")));
  }

  /** Sends a message and waits for its response. */
  ask<K extends Kind>(message: TargetCommand, kind: K): Promise<Message<K>> {
    this.#worker.postMessage(message);
    return this.next(kind);
  }

  /** Waits for the thread's next message, which must be of this kind. */
  next<K extends Kind>(kind: K): Promise<Message<K>> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) reject(this.#ended);
      else this.#expected.push({ kind, resolve: resolve as (message: TargetReply) => void, reject });
    });
  }

  #receive(message: TargetReply): void {
    const expectation = this.#expected.shift();
    if (message.kind === 'failed') {
      const { code, hint } = message;
      expectation?.reject(new LoadbotError(code, message.message, hint === undefined ? {} : { hint }));
    } else if (message.kind === expectation?.kind) expectation.resolve(message);
    else expectation?.reject(new LoadbotError('internal', `the embedded target sent ${message.kind}`));
  }

  #end(reason: unknown): void {
    this.#ended ??= reason;
    for (const expectation of this.#expected.splice(0)) expectation.reject(this.#ended);
  }
}
