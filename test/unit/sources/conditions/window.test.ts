import { describe, expect, it } from 'vitest';
import { SlidingWindow } from '../../../../src/sources/conditions/window.ts';

function fill(window: SlidingWindow, values: readonly number[], everyMs = 1000): SlidingWindow {
  for (const [index, value] of values.entries()) window.add(index * everyMs, value);
  return window;
}

describe('a window', () => {
  it('includes the increase from the last value before it', () => {
    const window = fill(new SlidingWindow(3000), [0, 1, 3, 6, 10, 15]);
    // At 5 s it begins at 2 s: 3, then 6, 10, 15.
    expect(window.rise(5000)).toEqual({ by: 12, duringMs: 3000 });
    expect(window.rise(6000)).toEqual({ by: 9, duringMs: 2000 });
    expect(window.rise(7999)).toEqual({ by: 5, duringMs: 1000 });
    expect(window.rise(8000)).toBeUndefined();
  });

  it('considers counter resets', () => {
    expect(fill(new SlidingWindow(60_000), [10, 12, 1, 4]).rise(3000)).toEqual({ by: 2 + 1 + 3, duringMs: 3000 });
  });

  it('counts a new series as an increase from 0', () => {
    const window = new SlidingWindow(60_000, 1000);
    window.add(2000, 5);
    expect(window.rise(2000)).toEqual({ by: 5, duringMs: 1000 });
    expect(window.lowest(2000)).toBe(5);
    expect(fill(new SlidingWindow(60_000), [5]).rise(0)).toEqual({ by: 0, duringMs: 0 });
  });

  it('has a minimum and a maximum', () => {
    const window = fill(new SlidingWindow(3000), [9, 1, 5, 7, 3]);
    expect([window.lowest(4000), window.highest(4000)]).toEqual([3, 7]);
    expect([window.lowest(9000), window.highest(9000)]).toEqual([undefined, undefined]);
  });

  it('ignores NaN', () => {
    const window = fill(new SlidingWindow(Infinity), [1, Number.NaN, 4]);
    expect(window.rise(2000)).toEqual({ by: 3, duringMs: 2000 });
    expect(window.highest(2000)).toBe(4);
  });

  it('covers the whole run without a length', () => {
    const values = Array.from({ length: 5000 }, (_, index) => (index === 2345 ? 100_000 : index));
    const window = fill(new SlidingWindow(Infinity), values);
    // Up to 100,000, which the next value is lower than: a reset.
    expect(window.rise(1e9)).toEqual({ by: 100_000 + 2346 + (4999 - 2346), duringMs: 4_999_000 });
    expect([window.lowest(1e9), window.highest(1e9)]).toEqual([0, 100_000]);
  });

  it('has a resolution of 1/600 for any number of values', () => {
    const window = new SlidingWindow(60_000);
    for (let atMs = 0; atMs <= 600_000; atMs += 10) window.add(atMs, atMs / 10);
    const rise = window.rise(600_000);
    expect(rise?.by).toBeGreaterThanOrEqual(6000);
    expect(rise?.by).toBeLessThanOrEqual(6000 + 20);
    expect(rise && rise.by / (rise.duringMs / 1000)).toBeCloseTo(100, 6);
  });
});
