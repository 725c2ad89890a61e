import { Worker } from 'node:worker_threads';
import { type Clock, systemClock, type Timer } from '../core/clock.ts';
import { AlarmQueue } from './alarm-queue.ts';

/** The memory that a clock shares with the thread that sleeps for it. */
export interface AlarmMemory {
  /** `ORDERS`: alarms set so far; `RINGS`: alarms gone off so far. */
  readonly counters: Int32Array;
  /** [0]: when the next alarm is due, in the shared clock's milliseconds; `Infinity`: no alarm is set. */
  readonly dueMs: Float64Array;
}

export const ORDERS = 0;
export const RINGS = 1;

const BYTES = 16;

export function alarmMemory(
  buffer = new SharedArrayBuffer(BYTES),
): AlarmMemory & { readonly buffer: SharedArrayBuffer } {
  return { buffer, counters: new Int32Array(buffer, 0, 2), dueMs: new Float64Array(buffer, 8, 1) };
}

/**
 * A clock whose timers are good to about a tenth of a millisecond. `setTimeout` knows whole milliseconds only, which
 * would put every paced request off by half of one, and that into its response time. Here a thread of its own sleeps
 * until the next timer is due (the kernel is good to 50 µs) and wakes this one; nobody spins.
 */
export class AlarmClock implements Clock {
  readonly #clock = systemClock();
  readonly #memory = alarmMemory();
  /** Each job has one for its schedule and one for its deadlines, but also each worker that thinks: there may be tens of thousands. */
  readonly #alarms = new AlarmQueue();
  readonly #sleeper: Worker;
  #closed = false;

  constructor() {
    this.#memory.dueMs[0] = Infinity;
    this.#sleeper = new Worker(new URL('./alarm-thread.js', import.meta.url), {
      workerData: this.#memory.buffer,
      name: 'alarm',
    });
    this.#listen();
  }

  nowMs(): number {
    return this.#clock.nowMs();
  }

  epochMs(): number {
    return this.#clock.epochMs();
  }

  after(delayMs: number, fire: () => void): Timer {
    // The sleeper may ring for one that is taken back; then nothing is due, and it is told of the next one.
    const cancel = this.#alarms.add({ dueMs: this.#clock.nowMs() + Math.max(0, delayMs), fire });
    this.#order();
    return { cancel };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#sleeper.terminate();
  }

  /** Tells the sleeper of the next alarm, unless it will ring early enough anyway. */
  #order(): void {
    const next = this.#alarms.first?.dueMs ?? Infinity;
    const { counters, dueMs } = this.#memory;
    if (next >= (dueMs[0] ?? Infinity)) return;
    dueMs[0] = next;
    Atomics.add(counters, ORDERS, 1);
    Atomics.notify(counters, ORDERS);
  }

  #listen(): void {
    const { counters } = this.#memory;
    const heard = Atomics.load(counters, RINGS);
    const ring = Atomics.waitAsync(counters, RINGS, heard);
    void Promise.resolve(ring.value).then(() => {
      if (!this.#closed) this.#rung();
    });
  }

  #rung(): void {
    this.#memory.dueMs[0] = Infinity;
    this.#listen();
    for (let next = this.#alarms.first; next !== undefined; next = this.#alarms.first) {
      if (next.dueMs > this.#clock.nowMs()) break;
      this.#alarms.shift();
      next.fire();
    }
    this.#order();
  }
}
