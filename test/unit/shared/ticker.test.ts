import { expect, it } from 'vitest';
import { startTicker } from '../../../src/shared/clock.ts';
import { VirtualClock } from '../../virtual-clock.ts';

/** A clock whose timers fire late: the first by `firstMs`, the others by `othersMs`. */
class LateClock extends VirtualClock {
  readonly #othersMs: number;
  #lateMs: number;

  constructor(firstMs: number, othersMs: number) {
    super();
    this.#lateMs = firstMs;
    this.#othersMs = othersMs;
  }

  override after(delayMs: number, fire: () => void): ReturnType<VirtualClock['after']> {
    const lateMs = this.#lateMs;
    this.#lateMs = this.#othersMs;
    return super.after(delayMs + lateMs, fire);
  }
}

it('ticks at whole multiples of the interval and does not drift when late', () => {
  const clock = new LateClock(3, 3);
  clock.pass(7);
  const ticks: number[] = [];
  const ticker = startTicker(clock, 100, () => ticks.push(clock.nowMs() - 7));
  clock.pass(1000);
  expect(ticks).toEqual([103, 203, 303, 403, 503, 603, 703, 803, 903]);
  ticker.cancel();
  clock.pass(1000);
  expect(ticks.length).toBe(9);
});

it('skips missed ticks', () => {
  const clock = new LateClock(350, 0);
  const ticks: number[] = [];
  startTicker(clock, 100, () => ticks.push(clock.nowMs()));
  clock.pass(700);
  expect(ticks).toEqual([450, 500, 600, 700]);
});

it('ticks once if a timer fires slightly too early', () => {
  const clock = new LateClock(-0.4, -0.4);
  const ticks: number[] = [];
  startTicker(clock, 100, () => ticks.push(clock.nowMs()));
  clock.pass(450);
  expect(ticks.map(Math.round)).toEqual([100, 200, 300, 400]);
});
