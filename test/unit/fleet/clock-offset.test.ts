import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClockEstimate, ClockOffset, type ClockSample } from '../../../src/fleet/clock-offset.ts';

/** Pings over two clocks that drift: all times in milliseconds. */
const pings = fc.record({
  /** Coordinator's clock at 0 of the local one. */
  offsetMs: fc.double({ min: -1e9, max: 1e9, noNaN: true }),
  /** At most 100 ppm. */
  drift: fc.double({ min: -1e-4, max: 1e-4, noNaN: true }),
  sent: fc.array(
    fc.record({
      pauseMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 600_000, noNaN: true })),
      thereMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 5000, noNaN: true })),
      backMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 5000, noNaN: true })),
    }),
    { minLength: 1, maxLength: 40 },
  ),
});

describe('the estimate', () => {
  it('is within its bound at any time, under any delays and drift', () => {
    fc.assert(
      fc.property(pings, ({ offsetMs, drift, sent }) => {
        const remoteAt = (localMs: number): number => offsetMs + localMs * (1 + drift);
        const clock = new ClockOffset();
        let nowMs = 0;
        for (const { pauseMs, thereMs, backMs } of sent) {
          const sentMs = nowMs + pauseMs;
          nowMs = sentMs + thereMs + backMs;
          clock.add({ sentMs, remoteMs: remoteAt(sentMs + thereMs), receivedMs: nowMs });
          for (const atMs of [sentMs, nowMs, nowMs + 100_000]) {
            const estimate = clock.at(atMs);
            const error = Math.abs((estimate?.offsetMs ?? NaN) - (remoteAt(atMs) - atMs));
            // Rounding of floats of this size.
            expect(error).toBeLessThanOrEqual((estimate?.boundMs ?? NaN) + 1e-5);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('has a bound that cannot be smaller: all delay may be in one direction', () => {
    const clock = new ClockOffset();
    clock.add({ sentMs: 1000, remoteMs: 6000, receivedMs: 1010 });
    expect(clock.at(1005)).toEqual({ offsetMs: 4995, boundMs: expect.closeTo(5, 2) });
    // The true offset is 5000 if the ping took no time to the coordinator, and 4990 if none back.
  });

  it('is of the ping with the shortest round trip', () => {
    const clock = new ClockOffset();
    const samples: readonly ClockSample[] = [
      { sentMs: 0, remoteMs: 500, receivedMs: 20 },
      { sentMs: 30, remoteMs: 540.6, receivedMs: 31 },
      { sentMs: 40, remoteMs: 570, receivedMs: 80 },
    ];
    for (const sample of samples) clock.add(sample);
    const estimate: ClockEstimate | undefined = clock.at(80);
    expect(estimate?.offsetMs).toBeCloseTo(510.1, 9);
    expect(estimate?.boundMs).toBeCloseTo(0.5 + 50 * 1e-4, 3);
  });

  it('is replaced by a ping that is worse than it was, but better than it is', () => {
    const clock = new ClockOffset();
    clock.add({ sentMs: 0, remoteMs: 100, receivedMs: 1 });
    clock.add({ sentMs: 5000, remoteMs: 5100, receivedMs: 5004 });
    expect(clock.at(5004)?.offsetMs).toBe(99.5);
    clock.add({ sentMs: 60_000, remoteMs: 60_100, receivedMs: 60_004 });
    expect(clock.at(60_004)?.offsetMs).toBe(98);
  });

  it('is absent before the first valid ping', () => {
    const clock = new ClockOffset();
    clock.add({ sentMs: 10, remoteMs: 5, receivedMs: 9 });
    clock.add({ sentMs: 10, remoteMs: NaN, receivedMs: 11 });
    clock.add({ sentMs: 10, remoteMs: 5, receivedMs: Infinity });
    expect(clock.at(20)).toBeUndefined();
  });
});
