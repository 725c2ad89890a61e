import { expect, test } from 'vitest';
import {
  allocateEventLoopMonitor,
  TICK_MS,
  LATE_LIMITS_MS,
  readEventLoopMonitor,
  sleepCounter,
  startEventLoopMonitor,
} from '../../../src/validity/event-loop-monitor.ts';

/** A thread whose timers are late by a given time. */
class LateThread {
  readonly memory = allocateEventLoopMonitor();
  #nowMs = 1000;
  #fire: () => void = () => undefined;

  constructor(connections = 0) {
    const after = (delayMs: number, fire: () => void) => {
      expect(delayMs).toBe(TICK_MS);
      this.#fire = fire;
      return { cancel: () => undefined };
    };
    const clock = { nowMs: () => this.#nowMs, epochMs: () => 0, after };
    startEventLoopMonitor({ memory: this.memory, clock, threadId: 4711, connections });
  }

  beat(lateMs: number): void {
    this.#nowMs += TICK_MS + lateMs;
    this.#fire();
  }

  /** Milliseconds during which the thread was later than `limitMs`. */
  lateBeyond(limitMs: number): number {
    return readEventLoopMonitor(this.memory).lateMs[(LATE_LIMITS_MS as readonly number[]).indexOf(limitMs)] ?? NaN;
  }
}

test('punctual ticks record only the number of their thread', () => {
  const thread = new LateThread();
  for (let beats = 0; beats < 20; beats++) thread.beat(1);
  expect(readEventLoopMonitor(thread.memory)).toEqual({
    threadId: 4711,
    blockedMs: 0,
    longestMs: 1,
    sleptMs: 0,
    lateMs: LATE_LIMITS_MS.map(() => 0),
  });
});

test('adds up the sleep without the event loop', () => {
  const thread = new LateThread();
  const sleep = sleepCounter(thread.memory);
  sleep(0.5);
  sleep(1);
  thread.beat(1);
  expect(readEventLoopMonitor(thread.memory).sleptMs).toBe(1.5);
});

test('a tick 160 ms late counts for all due ticks, by delays from 160 to 0 ms', () => {
  const thread = new LateThread();
  thread.beat(160);
  thread.beat(0);
  expect(readEventLoopMonitor(thread.memory).blockedMs).toBe(160);
  expect(thread.lateBeyond(10)).toBe(160 - 10 + TICK_MS);
  expect(thread.lateBeyond(100)).toBe(160 - 100 + TICK_MS);
  expect(thread.lateBeyond(200)).toBe(0);
});

test('a short delay counts only its own time', () => {
  const thread = new LateThread();
  thread.beat(12);
  expect(thread.lateBeyond(10)).toBe(2 + 12);
});

test.each([
  [100, 61, 0],
  [100, 63, 63],
  [1000, 79, 0],
  [1000, 81, 81],
  // Timers are checked after up to 49,152 responses.
  [5000, 1040, 0],
  [5000, 1050, 1050],
])('with %d connections a delay of %d ms is work of the thread or a pause', (connections, lateMs, blockedMs) => {
  const thread = new LateThread(connections);
  thread.beat(lateMs);
  expect(readEventLoopMonitor(thread.memory).blockedMs).toBe(blockedMs);
});

test('the longest delay is that since the reading before', () => {
  const thread = new LateThread();
  thread.beat(30);
  thread.beat(20);
  expect(readEventLoopMonitor(thread.memory).longestMs).toBe(30);
  thread.beat(5);
  expect(readEventLoopMonitor(thread.memory).longestMs).toBe(5);
});
