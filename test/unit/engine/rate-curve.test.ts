import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RateCurve } from '../../../src/engine/rate-curve.ts';

const segments = fc.array(
  fc.record({
    durationMs: fc.oneof(fc.constant(0), fc.double({ min: 1, max: 60_000, noNaN: true })),
    fromRate: fc.double({ min: 0.1, max: 5000, noNaN: true }),
    toRate: fc.double({ min: 0.1, max: 5000, noNaN: true }),
  }),
  { minLength: 1, maxLength: 6 },
);

describe('RateCurve', () => {
  test('a constant rate spaces arrivals evenly', () => {
    const curve = new RateCurve([{ durationMs: 0, fromRate: 500, toRate: 500 }]);
    expect(curve.timeOfArrival(0)).toBe(0);
    expect(curve.timeOfArrival(1)).toBe(2);
    expect(curve.timeOfArrival(15_000)).toBe(30_000);
    expect(curve.arrivalsBy(30_000)).toBe(15_000);
  });

  test('returns the rate at any moment', () => {
    const curve = new RateCurve([
      { durationMs: 10_000, fromRate: 0, toRate: 100 },
      { durationMs: 0, fromRate: 300, toRate: 300 },
    ]);
    expect([0, 2500, 9999.9, 10_000, 60_000].map((atMs) => Math.round(curve.rateAt(atMs)))).toEqual([
      0, 25, 100, 300, 300,
    ]);
  });

  test('supports rates below one per second', () => {
    const curve = new RateCurve([{ durationMs: 0, fromRate: 0.25, toRate: 0.25 }]);
    expect(curve.timeOfArrival(3)).toBe(12_000);
  });

  test('a ramp from 0 to 100 over 10 s calls for 500 arrivals, the first quarter of them in half the time', () => {
    const curve = new RateCurve([{ durationMs: 10_000, fromRate: 0, toRate: 100 }]);
    expect(curve.arrivalsBy(10_000)).toBeCloseTo(500, 9);
    expect(curve.timeOfArrival(125)).toBeCloseTo(5000, 9);
    // The last rate holds on.
    expect(curve.timeOfArrival(600)).toBeCloseTo(11_000, 9);
  });

  test('a ramp down to 0 never calls for more', () => {
    const curve = new RateCurve([{ durationMs: 10_000, fromRate: 100, toRate: 0 }]);
    expect(curve.timeOfArrival(499)).toBeLessThan(10_000);
    expect(curve.timeOfArrival(501)).toBe(Infinity);
  });

  test('waits during a stage at 0', () => {
    const curve = new RateCurve([
      { durationMs: 1000, fromRate: 10, toRate: 10 },
      { durationMs: 5000, fromRate: 0, toRate: 0 },
      { durationMs: 1000, fromRate: 10, toRate: 10 },
    ]);
    expect(curve.timeOfArrival(9)).toBe(900);
    expect(curve.timeOfArrival(10)).toBe(6000);
    expect(curve.timeOfArrival(11)).toBe(6100);
  });

  test('the functions of time and of arrivals are inverse to each other', () => {
    fc.assert(
      fc.property(segments, fc.double({ min: 0, max: 1, noNaN: true }), (pieces, part) => {
        const curve = new RateCurve(pieces);
        const totalMs = pieces.reduce((sum, { durationMs }) => sum + durationMs, 0) + 1000;
        const arrivals = curve.arrivalsBy(totalMs * part);
        expect(curve.arrivalsBy(curve.timeOfArrival(arrivals))).toBeCloseTo(arrivals, 4);
      }),
    );
  });

  test('the time of the n-th arrival never decreases with n', () => {
    fc.assert(
      fc.property(segments, fc.nat(100_000), (pieces, arrivals) => {
        const curve = new RateCurve(pieces);
        expect(curve.timeOfArrival(arrivals + 1)).toBeGreaterThanOrEqual(curve.timeOfArrival(arrivals));
      }),
    );
  });
});
