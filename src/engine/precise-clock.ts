import { type Clock, systemClock, type Timer } from '../shared/clock.ts';
import { type Plan, type RequestJobPlan, sendsRequests } from '../plan/plan.ts';
import { IdleForecast } from './idle-forecast.ts';
import { RemoteTimer } from './remote-timer.ts';
import { TimerHeap } from './timer-heap.ts';

/**
 * Longest sleep of a load thread without its event loop, in milliseconds: messages, timers of the loop and closed connections
 * wait meanwhile. Less than the shortest delay that counts as one of the event loop.
 */
const MAX_SLEEP_MS = 1.1;

/** Delay after which a timer that the thread should have slept for is looked at, in milliseconds: the shortest of the event loop. */
const GUARD_MS = 1;

/** Precision from which timers of the event loop are precise enough, in milliseconds. */
const COARSE_MS = 1;

/** Sleeps after which the event loop turns in any case. */
const SLEEPS_PER_TURN = 32;

const SETTLED = Promise.resolve();

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
  /**
   * A job has one timer for its schedule and one for its deadlines, plus one per worker in its think time: up to tens
   * of thousands.
   */
  readonly #alarms = new TimerHeap();
  readonly #remote = new RemoteTimer(() => this.#ring());
  readonly #forecast = new IdleForecast();
  /** Fires if the thread is not idle at a timer for which the separate thread was not set. */
  readonly #guard: NodeJS.Timeout;
  readonly #onSlept: (sleptMs: number) => void;
  #guardedMs = -Infinity;
  /** Due time of the timer that is guarded; `Infinity`: none. */
  #guardedDueMs = Infinity;
  #isIdle: (() => boolean) | undefined;
  #sleeps = 0;
  readonly #onIdleTurn = (): void => this.#sleep();
  readonly #onOverdue = (): void => this.#overdue();
  #closed = false;

  /** @param onSlept called with the time that this thread has slept without its event loop */
  constructor(clock: Clock = systemClock(), onSlept: (sleptMs: number) => void = () => {}) {
    this.#clock = clock;
    this.#onSlept = onSlept;
    this.#guard = setTimeout(() => this.#check(), GUARD_MS);
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
    if (this.#guardedDueMs <= nowMs && !this.#isDue(nowMs)) this.#replaced(nowMs);
    const cancel = this.#alarms.add({ dueMs: nowMs + Math.max(0, delayMs), fire });
    this.#expect(nowMs);
    return { cancel };
  }

  holdUntil(timeMs: number): void {
    this.#clock.holdUntil?.(timeMs);
  }

  sleepWhile(isIdle: () => boolean): void {
    this.#forecast.idle();
    if (this.#forecast.isIdleAtTimers) this.#sleepLater(isIdle);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#guard);
    await this.#remote.close();
  }

  /** Sets the separate thread, unless this one will sleep until the next timer. */
  #expect(nowMs: number): void {
    const dueMs = this.#alarms.first?.dueMs ?? Infinity;
    if (this.#forecast.isIdleAtTimers && dueMs - nowMs <= MAX_SLEEP_MS) {
      this.#guardedMs = nowMs;
      this.#guardedDueMs = dueMs;
      this.#guard.refresh();
    } else {
      this.#remote.set(dueMs);
    }
  }

  /** Fires due timers outside of a sleep. */
  #ring(): void {
    this.#fire();
    this.#expect(this.#clock.nowMs());
  }

  /**
   * Sleeps after the code of the response. The event loop turns once for each request on a network, but not for requests that
   * end without it.
   */
  #sleepLater(isIdle: () => boolean): void {
    if (this.#isIdle !== undefined) return;
    this.#isIdle = isIdle;
    if (++this.#sleeps % SLEEPS_PER_TURN === 0) setImmediate(this.#onIdleTurn);
    else void SETTLED.then(this.#onIdleTurn);
  }

  /** Sleeps until the next timer, if the thread is still idle and it is soon. */
  #sleep(): void {
    const isIdle = this.#isIdle;
    this.#isIdle = undefined;
    const dueMs = this.#alarms.first?.dueMs;
    if (isIdle?.() !== true || this.#closed || dueMs === undefined) return;
    const fromMs = this.#clock.nowMs();
    if (dueMs - fromMs > MAX_SLEEP_MS) {
      this.#remote.set(dueMs);
      return;
    }
    if (dueMs > fromMs) {
      this.#clock.holdUntil?.(dueMs);
      this.#onSlept(this.#clock.nowMs() - fromMs);
    }
    this.#fire();
    // The timer has sent no request that would wake the thread.
    if (isIdle() && this.#forecast.isIdleAtTimers) this.#sleepLater(isIdle);
  }

  #isDue(nowMs: number): boolean {
    const { first } = this.#alarms;
    return first !== undefined && first.dueMs <= nowMs;
  }

  /** A response came after the guarded timer was due, and did what the timer was set for. */
  #replaced(nowMs: number): void {
    this.#forecast.fired(nowMs - this.#guardedDueMs);
    this.#guardedDueMs = Infinity;
  }

  #fire(): void {
    this.#guardedDueMs = Infinity;
    for (let next = this.#alarms.first; next !== undefined; next = this.#alarms.first) {
      if (next.dueMs > this.#clock.nowMs()) break;
      this.#alarms.shift();
      this.#forecast.fired(0);
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
    if (!this.#isDue(nowMs)) {
      this.#remote.set(this.#alarms.first?.dueMs ?? Infinity);
      return;
    }
    // If the thread was kept from running, the response has arrived meanwhile: the event loop reads it before this.
    setImmediate(this.#onOverdue);
  }

  /** No response has started what the guarded timer was set for. */
  #overdue(): void {
    if (this.#closed || !this.#isDue(this.#clock.nowMs())) return;
    this.#forecast.missed();
    this.#ring();
  }
}
