import { Worker } from 'node:worker_threads';
import { type Clock, systemClock, type Timer } from '../shared/clock.ts';
import { type Plan, type RequestJobPlan, sendsRequests } from '../plan/plan.ts';
import { IdleForecast } from './idle-forecast.ts';
import { TimerHeap } from './timer-heap.ts';
import { builtEntry } from '../shared/package-files.ts';

/** Memory shared between a clock and the thread that sleeps until its next timer is due. */
export interface TimerMemory {
  /** `SCHEDULED`: timers set so far; `FIRED`: timers fired so far. */
  readonly counters: Int32Array;
  /** [0]: due time of the next timer, in milliseconds of the shared clock; `Infinity`: no timer is set. */
  readonly dueMs: Float64Array;
}

export const SCHEDULED = 0;
export const FIRED = 1;

/**
 * Longest sleep of a load thread without its event loop, in milliseconds: messages, timers of the loop and closed connections
 * wait meanwhile. Less than the shortest delay that counts as one of the event loop.
 */
const MAX_SLEEP_MS = 1.1;

/** Delay after which a timer that the thread should have slept for is looked at, in milliseconds: the shortest of the event loop. */
const GUARD_MS = 1;

/** Precision from which timers of the event loop are precise enough, in milliseconds. */
const COARSE_MS = 1;

const BYTES = 16;

export function timerMemory(
  buffer = new SharedArrayBuffer(BYTES),
): TimerMemory & { readonly buffer: SharedArrayBuffer } {
  return { buffer, counters: new Int32Array(buffer, 0, 2), dueMs: new Float64Array(buffer, 8, 1) };
}

/** Whether timers of the event loop are precise enough for requests that fall due at these times. */
export function isCoarse({ precisionMs }: Pick<RequestJobPlan, 'precisionMs'>): boolean {
  return precisionMs >= COARSE_MS;
}

/** Whether a job of the plan has due times or pauses that timers of the event loop would delay. */
export function needsPreciseTimers({ jobs }: Plan): boolean {
  return jobs.filter(sendsRequests).some((job) => {
    const { pacing, scenario, thinkTime } = job;
    const isTimed = pacing.kind !== 'unlimited' || scenario !== undefined;
    return !isCoarse(job) && (isTimed || thinkTime.kind !== 'constant' || thinkTime.ms > 0);
  });
}

/**
 * A clock whose timers are accurate to about 0.1 ms. `setTimeout` has a resolution of 1 ms, which would delay each
 * paced request by 0.5 ms on average and count that as response time. A thread without requests in flight sleeps until its next
 * timer, in this thread: no other wakes it. While requests are in flight, their responses must wake it as well; then a separate
 * thread sleeps until the next timer is due (kernel accuracy: 50 µs) and wakes this one. Neither thread spins.
 */
export class PreciseClock implements Clock {
  readonly #clock: Clock;
  readonly #memory = timerMemory();
  /**
   * A job has one timer for its schedule and one for its deadlines, plus one per worker in its think time: up to tens
   * of thousands.
   */
  readonly #alarms = new TimerHeap();
  readonly #sleeper: Worker;
  readonly #forecast = new IdleForecast();
  /** Fires if the thread is not idle at a timer for which the separate thread was not set. */
  readonly #guard: NodeJS.Timeout;
  readonly #onSlept: (sleptMs: number) => void;
  #guardedMs = -Infinity;
  #isIdle: (() => boolean) | undefined;
  readonly #onRung = (): void => {
    if (!this.#closed) this.#rung();
  };
  readonly #onIdleTurn = (): void => this.#sleep();
  #closed = false;

  /** @param onSlept called with the time that this thread has slept without its event loop */
  constructor(clock: Clock = systemClock(), onSlept: (sleptMs: number) => void = () => {}) {
    this.#clock = clock;
    this.#onSlept = onSlept;
    this.#memory.dueMs[0] = Infinity;
    this.#guard = setTimeout(() => this.#check(), GUARD_MS);
    this.#sleeper = new Worker(builtEntry('engine/timer-thread'), {
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
    // The sleeping thread may fire for a canceled timer. Nothing is due then, and the next due time is set.
    const nowMs = this.#clock.nowMs();
    const cancel = this.#alarms.add({ dueMs: nowMs + Math.max(0, delayMs), fire });
    this.#expect(nowMs);
    return { cancel };
  }

  holdUntil(timeMs: number): void {
    this.#clock.holdUntil?.(timeMs);
  }

  sleepWhile(isIdle: () => boolean): void {
    this.#forecast.idle();
    if (!this.#forecast.isIdleAtTimers || this.#isIdle !== undefined) return;
    this.#isIdle = isIdle;
    // After all responses that have arrived.
    setImmediate(this.#onIdleTurn);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#guard);
    await this.#sleeper.terminate();
  }

  /** Sets the separate thread, unless this one will sleep until the next timer. */
  #expect(nowMs: number): void {
    const dueMs = this.#alarms.first?.dueMs ?? Infinity;
    if (this.#forecast.isIdleAtTimers && dueMs - nowMs <= MAX_SLEEP_MS) {
      this.#guardedMs = nowMs;
      this.#guard.refresh();
    } else {
      this.#scheduleWakeUp();
    }
  }

  /** Wakes the sleeping thread to set an earlier due time. No effect if the one already set is early enough. */
  #scheduleWakeUp(): void {
    const next = this.#alarms.first?.dueMs ?? Infinity;
    const { counters, dueMs } = this.#memory;
    if (next >= (dueMs[0] ?? Infinity)) return;
    dueMs[0] = next;
    Atomics.add(counters, SCHEDULED, 1);
    Atomics.notify(counters, SCHEDULED);
  }

  #listen(): void {
    const { counters } = this.#memory;
    const ring = Atomics.waitAsync(counters, FIRED, Atomics.load(counters, FIRED));
    if (ring.async) void ring.value.then(this.#onRung);
    else queueMicrotask(this.#onRung);
  }

  #rung(): void {
    this.#memory.dueMs[0] = Infinity;
    this.#listen();
    this.#fire();
    this.#expect(this.#clock.nowMs());
  }

  /** Sleeps until the next timer, if the thread is still idle and it is soon. */
  #sleep(): void {
    const isIdle = this.#isIdle?.() === true;
    this.#isIdle = undefined;
    const dueMs = this.#alarms.first?.dueMs;
    if (!isIdle || this.#closed || dueMs === undefined) return;
    const fromMs = this.#clock.nowMs();
    if (dueMs - fromMs > MAX_SLEEP_MS) {
      this.#scheduleWakeUp();
      return;
    }
    if (dueMs > fromMs) {
      this.#clock.holdUntil?.(dueMs);
      this.#onSlept(this.#clock.nowMs() - fromMs);
    }
    this.#fire();
  }

  #fire(): void {
    for (let next = this.#alarms.first; next !== undefined; next = this.#alarms.first) {
      if (next.dueMs > this.#clock.nowMs()) break;
      this.#alarms.shift();
      this.#forecast.fired();
      next.fire();
    }
  }

  /** The thread was awaited to be idle by now, and is not. */
  #check(): void {
    const nowMs = this.#clock.nowMs();
    // The time of the event loop is that before a sleep.
    if (nowMs - this.#guardedMs < GUARD_MS) {
      this.#guard.refresh();
      return;
    }
    const dueMs = this.#alarms.first?.dueMs ?? Infinity;
    if (dueMs <= nowMs) {
      this.#forecast.missed();
      this.#fire();
    }
    this.#scheduleWakeUp();
  }
}
