import { Worker } from 'node:worker_threads';
import { builtEntry } from '../shared/package-files.ts';
import { FIRED, SCHEDULED, timerMemory } from './timer-memory.ts';

/** One timer of this thread that another thread sleeps for, with the accuracy of the kernel: about 50 µs. */
export class RemoteTimer {
  readonly #memory = timerMemory();
  readonly #onFired: () => void;
  readonly #sleeper: Worker;
  #isClosed = false;

  /** @param onFired called when a due time has passed, or a little later than that of a timer that was set meanwhile */
  constructor(onFired: () => void) {
    this.#onFired = onFired;
    this.#memory.dueMs[0] = Infinity;
    this.#sleeper = new Worker(builtEntry('engine/timer-thread'), { workerData: this.#memory.buffer, name: 'alarm' });
    this.#listen();
  }

  /** Sets an earlier due time, in milliseconds of the system's clock. No effect if the one already set is early enough. */
  set(dueMs: number): void {
    const { counters, dueMs: due } = this.#memory;
    if (dueMs >= (due[0] ?? Infinity)) return;
    due[0] = dueMs;
    Atomics.add(counters, SCHEDULED, 1);
    Atomics.notify(counters, SCHEDULED);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#sleeper.terminate();
  }

  #listen(): void {
    const { counters } = this.#memory;
    const fired = Atomics.waitAsync(counters, FIRED, Atomics.load(counters, FIRED));
    if (fired.async) void fired.value.then(this.#fired);
    else queueMicrotask(this.#fired);
  }

  readonly #fired = (): void => {
    if (this.#isClosed) return;
    this.#memory.dueMs[0] = Infinity;
    this.#listen();
    this.#onFired();
  };
}
