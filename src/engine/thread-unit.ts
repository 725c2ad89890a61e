import { Worker } from 'node:worker_threads';
import { LoadbotError, messageOf } from '../core/errors.ts';
import type { Floor } from '../core/floor.ts';
import type { JobRunEnd } from './job-run.ts';
import type { Failure, LoadUnit, Preparation } from './load-unit.ts';
import { type Answer, type Order, type ThreadStart, unpackError } from './thread-messages.ts';

interface ThreadUnitOptions extends ThreadStart {
  /** The load thread's entry, a JavaScript file. */
  readonly entry: URL;
  readonly onFailure: (failure: Failure) => void;
}

interface Waiting {
  resolve(end: JobRunEnd | undefined): void;
  reject(error: unknown): void;
}

/** A load unit in a thread of its own, so that nothing the main thread does can delay a request or its timestamp. */
export class ThreadUnit implements LoadUnit {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  #floor: Floor | undefined;
  #dead: LoadbotError | undefined;

  constructor({ plan, thread, phases, heapAccount, pulse, entry, onFailure }: ThreadUnitOptions) {
    const start: ThreadStart = { plan, thread, phases, heapAccount, pulse };
    this.#worker = new Worker(entry, { workerData: start, name: `load ${thread}` });
    this.#worker.on('message', (answer: Answer) => this.#answered(answer, onFailure));
    // A thread that dies takes none of the results with it: they are in memory that the main thread shares.
    this.#worker.on('error', (error) => this.#died(`load thread ${thread} failed: ${messageOf(error)}`, error));
    this.#worker.on('exit', (code) => this.#died(`load thread ${thread} exited with code ${code}`, undefined));
  }

  /** Milliseconds that the thread's event loop has been idle and active, so far. */
  get loop(): { readonly idle: number; readonly active: number } {
    return this.#worker.performance.eventLoopUtilization();
  }

  /** What requests take on this thread where nothing is slow; `undefined` until it has told, or if it cannot tell. */
  get floor(): Floor | undefined {
    return this.#floor;
  }

  async prepare(job: number, preparation: Preparation): Promise<void> {
    await this.#ask((id) => ({ order: 'prepare', id, job, preparation }));
  }

  async run(job: number, startMs: number): Promise<JobRunEnd> {
    const end = await this.#ask((id) => ({ order: 'run', id, job, startMs }));
    if (end === undefined) throw new LoadbotError('internal', `job ${job} ended without a result`);
    return end;
  }

  stop(): void {
    this.#send({ order: 'stop' });
  }

  async close(): Promise<void> {
    if (this.#dead === undefined) await this.#ask((id) => ({ order: 'close', id }));
    await this.#worker.terminate();
  }

  #ask(orderOf: (id: number) => Order): Promise<JobRunEnd | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#dead !== undefined) {
        reject(this.#dead);
        return;
      }
      const id = this.#nextId++;
      this.#waiting.set(id, { resolve, reject });
      this.#send(orderOf(id));
    });
  }

  #send(order: Order): void {
    this.#worker.postMessage(order);
  }

  #answered(answer: Answer, onFailure: (failure: Failure) => void): void {
    if (answer.answer === 'failure') {
      onFailure(answer.failure);
      return;
    }
    if (answer.answer === 'floor') {
      this.#floor = answer.floor;
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (answer.answer === 'done') waiting?.resolve(answer.end);
    else waiting?.reject(unpackError(answer.error));
  }

  #died(message: string, cause: unknown): void {
    this.#dead ??= new LoadbotError('internal', message, { cause });
    for (const waiting of this.#waiting.values()) waiting.reject(this.#dead);
    this.#waiting.clear();
  }
}
