import { describe, expect, it } from 'vitest';
import {
  createFaults,
  seededRandom,
  afterStall,
  stallsBegun,
  stallsUntil,
} from '../../../../src/drivers/embedded/faults.ts';
import { PLAIN_TARGET } from '../../../../src/drivers/embedded/target.ts';
import * as fc from 'fast-check';

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

const stall = { everyMs: 20_000, forMs: 2000 };

describe('afterStall', () => {
  it.each([
    [0, 0],
    [17_999.9, 17_999.9],
    [18_000, 20_000],
    [19_999.9, 20_000],
    [20_000, 20_000],
    [37_999, 37_999],
    [38_500, 40_000],
  ])('a response at %d goes out at %d, counted from the start', (atMs, outMs) => {
    expect(afterStall(1e9 + atMs, stall, 1e9)).toBe(1e9 + outMs);
  });

  it('does not change times without a stall', () => {
    expect(afterStall(19_000, undefined, 0)).toBe(19_000);
  });

  it('only delays, at most by the stall, to a time outside of any stall', () => {
    fc.assert(
      fc.property(
        fc.nat(1e8),
        fc.integer({ min: 2, max: 1e5 }),
        fc.nat(1e5),
        fc.nat(1e6),
        (at, everyMs, length, from) => {
          const one = { everyMs, forMs: 1 + (length % (everyMs - 1)) };
          const out = afterStall(from + at, one, from);
          expect(out).toBeGreaterThanOrEqual(from + at);
          expect(out - from - at).toBeLessThanOrEqual(one.forMs);
          expect(afterStall(out, one, from)).toBe(out);
        },
      ),
    );
  });
});

describe('stalls so far', () => {
  it('are counted from their start', () => {
    const at = [0, 17_999, 18_000, 20_000, 37_999, 38_000, 58_000];
    expect(at.map((ms) => stallsBegun(ms, stall, 0))).toEqual([0, 0, 1, 1, 1, 2, 3]);
    expect(stallsBegun(58_000, undefined, 0)).toBe(0);
  });

  it('are listed with start and end, the latest ones only', () => {
    expect(stallsUntil(38_000, stall, 0, 10)).toEqual([
      { beginMs: 18_000, endMs: 20_000 },
      { beginMs: 38_000, endMs: 40_000 },
    ]);
    expect(stallsUntil(60_000, stall, 0, 2)).toEqual([
      { beginMs: 38_000, endMs: 40_000 },
      { beginMs: 58_000, endMs: 60_000 },
    ]);
    expect(stallsUntil(17_000, stall, 0, 10)).toEqual([]);
  });
});
