import { describe, expect, it } from 'vitest';
import { createFaults, seededRandom } from '../../../../src/drivers/embedded/faults.ts';
import { PLAIN_TARGET } from '../../../../src/drivers/embedded/target-options.ts';

describe('createFaults', () => {
  it('fails the given share of requests', () => {
    const faults = createFaults({ ...PLAIN_TARGET, errorRate: 0.01 }, 0, seededRandom(1));
    let failed = 0;
    for (let n = 0; n < 100_000; n++) if (faults.fails()) failed++;
    // 1000 expected; 5 standard deviations of a binomial count are 157.
    expect(Math.abs(failed - 1000)).toBeLessThan(157);
  });

  it('fails none at 0 and all at 1', () => {
    const never = createFaults({ ...PLAIN_TARGET, errorRate: 0 }, 0, () => 0);
    const always = createFaults({ ...PLAIN_TARGET, errorRate: 1 }, 0, () => 1 - 2 ** -32);
    expect([never.fails(), always.fails()]).toEqual([false, true]);
  });

  it('draws delays from its latency, and releases at the end of a stall', () => {
    const options = { ...PLAIN_TARGET, latencyMs: 20, stall: { everyMs: 1000, forMs: 100 } };
    const faults = createFaults(options, 5000, () => 0.5);
    expect(faults.delayMs()).toBe(20);
    expect([5899, 5900, 5999, 6000].map((ms) => faults.releaseMs(ms))).toEqual([5899, 6000, 6000, 6000]);
  });
});

describe('seededRandom', () => {
  it('is uniform over [0, 1): mean 1/2, variance 1/12', () => {
    const random = seededRandom(99);
    const drawn = Array.from({ length: 100_000 }, random);
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length;
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(0.0046); // 5 standard errors
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.0012);
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('depends on the seed', () => {
    expect(seededRandom(1)()).not.toBe(seededRandom(2)());
    expect(seededRandom(1)()).toBe(seededRandom(1)());
  });
});
