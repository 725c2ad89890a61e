import { describe, expect, test } from 'vitest';
import { WakeUp } from '../../../src/engine/wake-up.ts';
import { VirtualClock } from '../../virtual-clock.ts';

/** A wake-up, and the times at which it fired. */
function createWakeUp(): { clock: VirtualClock; wake: WakeUp; woken: number[] } {
  const clock = new VirtualClock();
  const woken: number[] = [];
  return { clock, woken, wake: new WakeUp(clock, (nowMs) => woken.push(nowMs)) };
}

describe('WakeUp', () => {
  test('keeps an earlier time, and takes one that is earlier still', () => {
    const { clock, wake, woken } = createWakeUp();
    wake.at(5, 0);
    wake.at(7, 0);
    wake.at(3, 0);
    clock.pass(10);
    expect(woken).toEqual([3]);
  });

  test('replaces a time that has passed but has not fired', () => {
    const { clock, wake, woken } = createWakeUp();
    wake.at(5, 0);
    // The clock has fired no timer yet, because the thread was busy.
    wake.at(7, 5.5);
    clock.pass(10);
    expect(woken).toEqual([7]);
  });

  test('has no time without an end, and none after it was canceled', () => {
    const { clock, wake, woken } = createWakeUp();
    wake.at(Infinity, 0);
    wake.at(5, 0);
    wake.cancel();
    clock.pass(10);
    expect(woken).toEqual([]);
  });

  test('holds the thread until the start of a job', () => {
    const { clock, wake, woken } = createWakeUp();
    const held: number[] = [];
    wake.atStart(20, (startMs) => held.push(startMs, clock.nowMs()));
    clock.pass(30);
    // The clock of this test does not move while it is held, so a timer follows.
    expect(held).toEqual([20, 18]);
    expect(woken).toEqual([20]);
  });
});
