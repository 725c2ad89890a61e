import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMix } from '../../../src/data/mix.ts';
import { MeasurementWindow } from '../../../src/engine/measurement-window.ts';
import { ThreadPartition } from '../../../src/engine/thread-partition.ts';
import { Tickets } from '../../../src/engine/tickets.ts';
import type { Pacing } from '../../../src/plan/plan.ts';
import { Recorder } from '../../../src/recorder/recorder.ts';
import { allocateTally, readTally, tallyLayout } from '../../../src/recorder/tally.ts';

const LAYOUT = tallyLayout([0.1], true);

/** The definition: skips one ticket after the other. */
class WalkingWindow extends MeasurementWindow {
  override close(cutMs: number): void {
    while (!this.exhausted && this.dueMs < cutMs) this.skip();
  }
}

interface Case {
  readonly pacing: Extract<Pacing, { kind: 'paced' }>;
  readonly share: ThreadPartition;
  readonly weights: readonly number[];
  readonly startMs: number;
  readonly endMs: number;
  readonly operations: number;
  /** Tickets that are started, and then skipped, before the end. */
  readonly started: number;
  readonly skipped: number;
  readonly cutMs: number;
}

function close(Window: typeof MeasurementWindow, { pacing, share, weights, started, skipped, cutMs, ...limits }: Case) {
  const memories = weights.map(() => allocateTally(LAYOUT));
  const mix = createMix(weights, 5);
  const tickets = new Tickets(pacing, share, 3);
  const recorders = memories.map((memory) => new Recorder(memory, LAYOUT));
  const window = new Window({ recorders, mix, share, tickets, ...limits });
  for (let ticket = 0; ticket < started && !window.exhausted; ticket++) window.take(mix.operationOf(ticket));
  for (let ticket = 0; ticket < skipped && !window.exhausted; ticket++) window.skip();
  window.close(cutMs);
  const counts = memories.map((memory) => readTally([memory], LAYOUT).skipped);
  return { planned: window.planned, skipped: counts, next: tickets.sequence, dueMs: window.dueMs };
}

const rates = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 2000 }),
  fc.double({ min: 0.1, max: 500, noNaN: true }),
);
const segments = fc.array(
  fc.record({ durationMs: fc.oneof(fc.constant(0), fc.nat(4000)), fromRate: rates, toRate: rates }),
  { minLength: 1, maxLength: 6 },
);
const shares = fc
  .record({ of: fc.integer({ min: 1, max: 60 }), connections: fc.integer({ min: 1, max: 200 }) })
  .chain(({ of, connections }) =>
    fc.nat(Math.min(of, connections) - 1).map((rank) => new ThreadPartition(rank, of, connections)),
  );
const cases = (arrival: 'even' | 'poisson'): fc.Arbitrary<Case> =>
  fc.record({
    pacing: segments.map((list) => ({ kind: 'paced' as const, arrival, segments: list })),
    share: shares,
    weights: fc.constantFrom([1], [3, 1], [1, 1, 1], [0.5, 0.3, 0.2, 7]),
    startMs: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e9, noNaN: true })),
    endMs: fc.constant(Infinity),
    operations: fc.oneof(fc.constant(Infinity), fc.nat(20_000)),
    started: fc.nat(300),
    skipped: fc.nat(300),
    cutMs: fc.oneof(fc.nat(6000), fc.double({ min: 0, max: 6000, noNaN: true }), fc.constant(-Infinity)),
  });

describe.each(['even', 'poisson'] as const)('the end of a window of %s arrivals', (arrival) => {
  test('counts the same tickets as skipping them one by one', () => {
    fc.assert(
      fc.property(cases(arrival), (given) => {
        const limits = { ...given, cutMs: given.startMs + given.cutMs };
        expect(close(MeasurementWindow, limits)).toEqual(close(WalkingWindow, limits));
      }),
      { numRuns: 200 },
    );
  });

  test('counts the same tickets if it is exactly at the start of one', () => {
    fc.assert(
      fc.property(cases(arrival), fc.nat(3000), (given, sequence) => {
        const tickets = new Tickets(given.pacing, given.share, 3);
        while (tickets.sequence < sequence && tickets.intendedMs !== Infinity) tickets.advance();
        const cutMs = given.startMs + tickets.intendedMs;
        if (cutMs === Infinity) return;
        const limits = { ...given, cutMs };
        expect(close(MeasurementWindow, limits)).toEqual(close(WalkingWindow, limits));
      }),
      { numRuns: 200 },
    );
  });

  test('counts each ticket of a warm-up that is due before its end', () => {
    const pacing: Pacing = { kind: 'paced', arrival, segments: [{ durationMs: 0, fromRate: 100, toRate: 100 }] };
    const limits = { pacing, weights: [1], startMs: 50, endMs: 2050, operations: Infinity, started: 0, skipped: 0 };
    const parts = [0, 1, 2].map((rank) => {
      const share = new ThreadPartition(rank, 3, 7);
      return [MeasurementWindow, WalkingWindow].map((Window) => close(Window, { ...limits, share, cutMs: 2050 }));
    });
    for (const [closed, walked] of parts) expect(closed).toEqual(walked);
    const total = parts.reduce((sum, [closed]) => sum + (closed?.skipped[0] ?? 0), 0);
    if (arrival === 'even') expect(total).toBe(200);
    else expect(Math.abs(total - 200)).toBeLessThan(4 * Math.sqrt(200));
  });

  test('a second end counts nothing', () => {
    const pacing: Pacing = { kind: 'paced', arrival, segments: [{ durationMs: 0, fromRate: 100, toRate: 100 }] };
    const memory = allocateTally(LAYOUT);
    const share = new ThreadPartition(0, 1, 1);
    const window = new MeasurementWindow({
      recorders: [new Recorder(memory, LAYOUT)],
      mix: createMix([1], 0),
      share,
      tickets: new Tickets(pacing, share, 3),
      startMs: 0,
      endMs: 1000,
      operations: Infinity,
    });
    window.close(1000);
    const once = readTally([memory], LAYOUT).skipped;
    window.close(1000);
    expect(once).toBeGreaterThan(50);
    expect(readTally([memory], LAYOUT).skipped).toBe(once);
  });

  test('counts 600 million waiting tickets without visiting them', () => {
    const pacing: Pacing = { kind: 'paced', arrival, segments: [{ durationMs: 0, fromRate: 1e6, toRate: 1e6 }] };
    let evaluated = 0;
    class CountedTickets extends Tickets {
      override skipWhile(isDue: (intendedMs: number) => boolean, limit: number): number {
        return super.skipWhile((intendedMs) => {
          evaluated++;
          return isDue(intendedMs);
        }, limit);
      }
    }
    const memories = [0, 1].map(() => allocateTally(LAYOUT));
    const share = new ThreadPartition(3, 2000, 10_000);
    const window = new MeasurementWindow({
      recorders: memories.map((memory) => new Recorder(memory, LAYOUT)),
      mix: createMix([3, 1], 0),
      share,
      tickets: new CountedTickets(pacing, share, 3),
      startMs: 0,
      endMs: 600_000,
      operations: Infinity,
    });
    window.close(600_000);
    const [first = 0, second = 0] = memories.map((memory) => readTally([memory], LAYOUT).skipped);
    if (arrival === 'even') expect([first, second]).toEqual([225_000, 75_000]);
    else expect(Math.abs(first + second - 300_000)).toBeLessThan(5 + (4 * Math.sqrt(6e8)) / 2000);
    expect(evaluated).toBeLessThan(arrival === 'even' ? 100 : 6e8 / 1024 + 1000);
  });
});
