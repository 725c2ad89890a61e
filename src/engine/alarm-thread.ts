import { workerData } from 'node:worker_threads';
import { systemClock } from '../core/clock.ts';
import { alarmMemory, ORDERS, RINGS } from './alarm-clock.ts';

// Sleeps until the alarm is due, rings, and sleeps on until there is another order. Ends only by being terminated.
const { counters, dueMs } = alarmMemory(workerData as SharedArrayBuffer);
const clock = systemClock();

for (let rung = -1; ;) {
  const order = Atomics.load(counters, ORDERS);
  const leftMs = order === rung ? Infinity : (dueMs[0] ?? Infinity) - clock.nowMs();
  // A new order ends the sleep; so does its time, which the next round finds to be over.
  if (leftMs > 0) {
    Atomics.wait(counters, ORDERS, order, leftMs);
    continue;
  }
  rung = order;
  Atomics.add(counters, RINGS, 1);
  Atomics.notify(counters, RINGS);
}
