import { workerData } from 'node:worker_threads';
import { systemClock } from '../shared/clock.ts';
import { reduceTimerSlack } from '../shared/thread-id.ts';
import { FIRED, SCHEDULED, timerMemory } from './timer-memory.ts';

// Loop of the sleeping thread: sleeps until the due time, fires, and waits for the next due time. Ends when it is
// terminated.
reduceTimerSlack();
const { counters, dueMs } = timerMemory(workerData as SharedArrayBuffer);
const clock = systemClock();

for (let rung = -1; ;) {
  const order = Atomics.load(counters, SCHEDULED);
  const leftMs = order === rung ? Infinity : (dueMs[0] ?? Infinity) - clock.nowMs();
  // The wait ends when a new due time is set or the current one passes; the next iteration checks which.
  if (leftMs > 0) {
    Atomics.wait(counters, SCHEDULED, order, leftMs);
    continue;
  }
  rung = order;
  Atomics.add(counters, FIRED, 1);
  Atomics.notify(counters, FIRED);
}
