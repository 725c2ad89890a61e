import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterStall, stallsBegun, stallsUntil } from '../../../../src/drivers/embedded/stall.ts';

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
