import { setImmediate } from 'node:timers/promises';
import type { VirtualClock } from './virtual-clock.ts';

/** Lets everything that waits for promises or for finished I/O go on. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 5; round++) await setImmediate();
}

/** Lets virtual time pass in steps, and what wakes up on the way run in between. */
export async function passSettled(clock: VirtualClock, ms: number, stepMs = 100): Promise<void> {
  await settle();
  for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
    clock.pass(Math.min(stepMs, ms - passedMs));
    await settle();
  }
}
