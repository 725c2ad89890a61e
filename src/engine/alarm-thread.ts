import { workerData } from 'node:worker_threads';
import { systemClock } from '../core/clock.ts';
import { alarmMemory, ORDERS, RINGS } from './alarm-clock.ts';

/**
 * Least time between two rings. Being woken costs more than sending a request; at thousands a second those that come due
 * within so short a time are better sent together, a tenth of a millisecond late on average.
 */
const REST_MS = 0.2;

// Sleeps until the alarm is due, rings, and sleeps on until there is another order. Ends only by being terminated.
const { counters, dueMs } = alarmMemory(workerData as SharedArrayBuffer);
const clock = systemClock();

for (let rung = -1, restedMs = -Infinity; ;) {
  const order = Atomics.load(counters, ORDERS);
  const leftMs = order === rung ? Infinity : Math.max(dueMs[0] ?? Infinity, restedMs) - clock.nowMs();
  // A new order ends the sleep; so does its time, which the next round finds to be over.
  if (leftMs > 0) {
    Atomics.wait(counters, ORDERS, order, leftMs);
    continue;
  }
  rung = order;
  restedMs = clock.nowMs() + REST_MS;
  Atomics.add(counters, RINGS, 1);
  Atomics.notify(counters, RINGS);
}
