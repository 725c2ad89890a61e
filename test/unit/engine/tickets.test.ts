import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { streamKey } from '../../../src/shared/random.ts';
import { RateCurve } from '../../../src/engine/rate-curve.ts';
import { ThreadPartition } from '../../../src/engine/thread-partition.ts';
import { Tickets } from '../../../src/engine/tickets.ts';
import type { RateSegment } from '../../../src/plan/plan.ts';

const KEY = streamKey('arrivals');

type Drawn = readonly [sequence: number, intendedMs: number];

function draw(
  segments: readonly RateSegment[],
  arrival: 'even' | 'poisson',
  share: ThreadPartition,
  untilMs: number,
): Drawn[] {
  const tickets = new Tickets({ kind: 'paced', segments, arrival }, share, KEY);
  const drawn: Drawn[] = [];
  for (; tickets.intendedMs < untilMs; tickets.advance()) drawn.push([tickets.sequence, tickets.intendedMs]);
  return drawn;
}

const rate = (perSecond: number): RateSegment[] => [{ durationMs: 0, fromRate: perSecond, toRate: perSecond }];
const alone = new ThreadPartition(0, 1, 1);

describe('Tickets', () => {
  test.each([100, 1000, 2000, 33.3])('issues %d tickets per second for 20 s', (perSecond) => {
    expect(draw(rate(perSecond), 'even', alone, 20_000)).toHaveLength(Math.ceil(perSecond * 20));
  });

  test('issues no more tickets than the curve', () => {
    const stages = fc.array(
      fc.record({
        durationMs: fc.integer({ min: 0, max: 3000 }),
        fromRate: fc.integer({ min: 0, max: 300 }),
        toRate: fc.integer({ min: 0, max: 300 }),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(stages, (segments) => {
        const curve = new RateCurve(segments);
        draw(segments, 'even', alone, 5000).forEach(([, intendedMs], before) => {
          expect(before).toBeLessThanOrEqual(curve.arrivalsBy(intendedMs) + 1e-6);
        });
      }),
    );
  });

  test.each(['even', 'poisson'] as const)('several threads together have the same %s schedule as one', (arrival) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 12 }), (threads, connections) => {
        const whole = draw(rate(170), arrival, alone, 1000);
        const parts = Array.from({ length: threads }, (_, thread) => new ThreadPartition(thread, threads, connections))
          .filter(({ workers }) => workers > 0)
          .flatMap((share) => draw(rate(170), arrival, share, 1000))
          .sort(([a], [b]) => a - b);
        expect(parts).toEqual(whole);
      }),
    );
  });

  test('Poisson arrivals have exponential gaps: mean and standard deviation are both 1 / rate', () => {
    const times = draw(rate(1000), 'poisson', alone, 100_000).map(([, intendedMs]) => intendedMs);
    expect(Math.abs(times.length - 100_000)).toBeLessThan(4 * Math.sqrt(100_000));
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
    expect(mean).toBeCloseTo(1, 1);
    expect(deviation).toBeCloseTo(1, 1);
    // The count in a second of a Poisson process has a variance equal to its mean.
    const perSecond = Array.from({ length: 100 }, () => 0);
    for (const time of times) perSecond[Math.floor(time / 1000)]!++; // below 100 s
    const variance = perSecond.reduce((sum, count) => sum + (count - 1000) ** 2, 0) / 100;
    expect(variance).toBeGreaterThan(600);
    expect(variance).toBeLessThan(1500);
  });
});
