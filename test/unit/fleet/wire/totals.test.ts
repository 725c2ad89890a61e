import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addTotals, equalTotals, type TallyTotals, totalsOf } from '../../../../src/fleet/wire/totals.ts';
import { OK } from '../../../../src/shared/outcome.ts';
import { allocateTally, tallyLayout } from '../../../../src/recorder/tally.ts';
import { Recorder } from '../../../../src/recorder/recorder.ts';

const layout = tallyLayout([0.001, 0.01], true, true, true, ['is_json']);

/** Memories of several threads; each has a list of service times in microseconds. */
function record(threads: readonly (readonly number[])[]): readonly Float64Array[] {
  return threads.map((micros) => {
    const memory = allocateTally(layout);
    const recorder = new Recorder(memory, layout);
    for (const [sequence, us] of micros.entries()) {
      recorder.start();
      recorder.lag(us / 3000);
      recorder.status(us % 600);
      recorder.finish(OK, us / 1000, us / 700, sequence, us);
    }
    return new Float64Array(memory);
  });
}

const threads = fc.array(fc.array(fc.nat(100_000_000), { maxLength: 30 }), { minLength: 2, maxLength: 5 });

test('totals of parts add up to the totals of the whole', () => {
  fc.assert(
    fc.property(threads, (recorded) => {
      const memories = record(recorded);
      const whole = totalsOf(memories, layout);
      const sum = memories.map((memory) => totalsOf([memory], layout)).reduce(addTotals);
      expect(equalTotals(sum, whole)).toBe(true);
      expect(sum.counts).toEqual(whole.counts);
      expect(whole.distributions.map(({ count }) => count)).toEqual(Array(3).fill(recorded.flat().length));
    }),
    { numRuns: 30 },
  );
});

test('any changed count changes the totals', () => {
  fc.assert(
    fc.property(threads, fc.nat(layout.length - 1), fc.integer({ min: 1, max: 1000 }), (recorded, slot, more) => {
      const memories = record(recorded);
      const before: TallyTotals = totalsOf(memories, layout);
      memories[0]![slot]! += more;
      const isExemplar = slot >= layout.serviceExemplars && slot < layout.statuses;
      expect(equalTotals(before, totalsOf(memories, layout))).toBe(isExemplar);
    }),
    { numRuns: 60 },
  );
});

test('detects a request that moved to a neighbouring latency slot', () => {
  const [memory] = record([[5, 900, 70_000]]);
  const before = totalsOf([memory!], layout);
  const at = layout.service + layout.latencyOffset + 900;
  memory![at]! -= 1;
  memory![at + 1]! += 1;
  const after = totalsOf([memory!], layout);
  expect(after.counts).toEqual(before.counts);
  expect(equalTotals(before, after)).toBe(false);
});

test('counts up to 2^53 have exact checksums', () => {
  const large = new Float64Array(layout.length);
  large[7] = 2 ** 53;
  const half = new Float64Array(layout.length);
  half[7] = 2 ** 52;
  const halves = totalsOf([half], layout);
  expect(addTotals(halves, halves).checksum).toBe(totalsOf([large], layout).checksum);
});
