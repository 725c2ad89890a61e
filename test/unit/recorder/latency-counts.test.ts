import fc from 'fast-check';
import { build, decodeFromCompressedBase64, type Histogram, type JsHistogram } from 'hdr-histogram-js';
import { deflateSync, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decodeHdr, encodeHdr } from '../../../src/recorder/hdr-encoding.ts';
import {
  LatencyCounts,
  EMPTY_LATENCIES,
  highestOf,
  lowestOf,
  MAX_MICROS,
  SLOTS,
  slotOf,
} from '../../../src/recorder/latency-counts.ts';

function countsOf(micros: readonly number[]): LatencyCounts {
  const slots = new Float64Array(SLOTS);
  for (const value of micros) slots[slotOf(value)]!++; // slotOf stays inside
  return LatencyCounts.sumOf([slots]);
}

/** The library's own recording of the same durations, not made of our slots. */
function libraryOf(micros: readonly number[]): Histogram {
  const histogram = build({ bitBucketSize: 64, highestTrackableValue: MAX_MICROS, numberOfSignificantValueDigits: 3 });
  for (const value of micros) histogram.recordValue(value);
  return histogram;
}

/** The percentile by its definition: the smallest recorded duration that `percent` of all do not exceed. */
function percentileByDefinition(micros: readonly number[], perMille: number): number {
  const sorted = micros.toSorted((a, b) => a - b);
  // Whole numbers, so that the rank is exact.
  const rank = Math.max(1, Math.ceil((perMille * sorted.length) / 1000));
  return sorted[rank - 1]!; // the rank is from 1 to the length
}

// Latencies spread over all magnitudes rather than evenly, where nearly all would be over a minute.
const duration = fc
  .tuple(fc.integer({ min: 0, max: 31 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([power, within]) => Math.min(MAX_MICROS, Math.floor(2 ** power * (1 + within))));
const durations = fc.array(duration, { minLength: 1, maxLength: 200 });
const perMille = fc.constantFrom(0, 1, 100, 500, 900, 950, 990, 999, 1000);

test('a percentile is within the slot of the percentile by definition', () => {
  fc.assert(
    fc.property(durations, perMille, (micros, share) => {
      const slot = slotOf(percentileByDefinition(micros, share));
      const seconds = countsOf(micros).percentile(share / 10)!; // there are some
      expect(seconds * 1e6).toBeCloseTo((lowestOf(slot) + highestOf(slot)) / 2, 3);
    }),
  );
});

test('p99.9 of 1000 durations is the 999th, although 99.9 is not exact in binary', () => {
  const micros = Array.from({ length: 1000 }, (_, index) => index + 1);
  expect(countsOf(micros).percentile(99.9)).toBe(999 / 1e6);
  for (const total of [10_000, 41_000, 82_000, 999_000]) {
    const slots = new Float64Array(SLOTS);
    slots[1] = total * 0.999;
    slots[2] = total * 0.001;
    expect(LatencyCounts.sumOf([slots]).percentile(99.9)).toBe(1e-6);
  }
});

test('percentiles agree with those of HdrHistogram fed with the same durations', () => {
  fc.assert(
    fc.property(durations, perMille, (micros, share) => {
      const theirs = libraryOf(micros).getValueAtPercentile(share / 10);
      const ours = Math.floor(countsOf(micros).percentile(share / 10)! * 1e6 + 1e-6); // there are some
      expect(slotOf(ours)).toBe(slotOf(Math.min(theirs, MAX_MICROS)));
    }),
    { numRuns: 50 },
  );
});

test('decodes to an HdrHistogram with the same count and percentiles as one that recorded the durations', () => {
  fc.assert(
    fc.property(durations, (micros) => {
      const ours = decodeFromCompressedBase64(encodeHdr(countsOf(micros)), 64);
      const theirs = libraryOf(micros);
      expect(ours.totalCount).toBe(micros.length);
      for (const percent of [1, 50, 90, 99, 99.9, 100]) {
        expect(ours.getValueAtPercentile(percent)).toBe(theirs.getValueAtPercentile(percent));
      }
    }),
    { numRuns: 50 },
  );
});

test('encoding and decoding preserves every count', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(duration, fc.integer({ min: 1, max: 2 ** 45 })), { maxLength: 50 }), (pairs) => {
      const slots = new Float64Array(SLOTS);
      for (const [value, count] of pairs) slots[slotOf(value)]! += count; // slotOf stays inside
      const decoded = decodeFromCompressedBase64(encodeHdr(LatencyCounts.sumOf([slots])), 64) as JsHistogram;
      expect(decoded.totalCount).toBe(slots.reduce((sum, count) => sum + count, 0));
      expect(slots.every((count, slot) => decoded.getCountAtIndex(slot) === count)).toBe(true);
      const own = decodeHdr(encodeHdr(LatencyCounts.sumOf([slots])));
      expect([...own.recorded()]).toEqual([...LatencyCounts.sumOf([slots]).recorded()]);
    }),
    { numRuns: 30 },
  );
});

test('a damaged encoding is refused, with fewer bytes or other ones', () => {
  const plain = inflateSync(Buffer.from(encodeHdr(countsOf([5, 70_000, 900_000])), 'base64').subarray(8));
  const packed = (bytes: Buffer): string => Buffer.concat([Buffer.alloc(8), deflateSync(bytes)]).toString('base64');
  expect(decodeHdr(packed(plain)).total).toBe(3);
  const long = Buffer.concat([plain, Buffer.from([0xff, 0xff, 0xff, 0x7f, 2])]);
  expect(() => decodeHdr(packed(long))).toThrow('its durations are too long');
  expect(() => decodeHdr(packed(Buffer.concat([plain, Buffer.from([0x80])])))).toThrow('it ends too early');
  expect(() => decodeHdr(packed(plain.subarray(0, 20)))).toThrow('its range is not that of a result');
  expect(() => decodeHdr('')).toThrow('unexpected end of file');
});

test('the encoding of a broad distribution stays below 16 KiB', () => {
  const micros = Array.from({ length: 50_000 }, (_, index) => Math.floor(Math.exp((index / 50_000) * 14)));
  expect(encodeHdr(countsOf(micros)).length).toBeLessThan(16_384);
});

test('adding two equals recording all durations in one, and subtracting reverses it', () => {
  fc.assert(
    fc.property(durations, durations, (a, b) => {
      const both = countsOf(a).plus(countsOf(b));
      const rest = both.minus(countsOf(a));
      expect(both.total).toBe(a.length + b.length);
      expect(rest.total).toBe(b.length);
      for (const percent of [0, 50, 90, 99, 100]) {
        expect(both.percentile(percent)).toBe(countsOf([...a, ...b]).percentile(percent));
        expect(rest.percentile(percent)).toBe(countsOf(b).percentile(percent));
      }
    }),
    { numRuns: 30 },
  );
});

test('skips slots beyond the longest duration', () => {
  fc.assert(
    fc.property(durations, (micros) => {
      const slots = new Float64Array(SLOTS);
      for (const value of micros) slots[slotOf(value)]!++; // slotOf stays inside
      const bounded = LatencyCounts.sumOf([slots], Math.max(...micros) / 1e6);
      expect(bounded.total).toBe(micros.length);
      expect(bounded.percentile(100)).toBe(countsOf(micros).percentile(100));
    }),
  );
});

test('an empty histogram has no percentile and adds no counts', () => {
  const some = countsOf([5, 7]);
  expect(EMPTY_LATENCIES.percentile(50)).toBeUndefined();
  expect(EMPTY_LATENCIES.plus(some).total).toBe(2);
  expect(some.plus(EMPTY_LATENCIES).percentile(100)).toBe(7e-6);
  expect(some.minus(EMPTY_LATENCIES).total).toBe(2);
  expect(EMPTY_LATENCIES.minus(EMPTY_LATENCIES).total).toBe(0);
  expect(decodeFromCompressedBase64(encodeHdr(EMPTY_LATENCIES), 64).totalCount).toBe(0);
});

test('a copy does not change with the live slots', () => {
  const live = new Float64Array(SLOTS);
  live[10] = 1;
  const copy = LatencyCounts.sumOf([live]);
  live[20] = 5;
  expect(copy.total).toBe(1);
  expect(copy.percentile(100)).toBe(10e-6);
});

test.each([1, 255, 256, 65_535, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 50])('keeps counts up to %d exactly', (count) => {
  const slots = new Float64Array(SLOTS);
  slots[3] = count;
  slots[7] = 1;
  slots[9] = 2;
  const counts = LatencyCounts.sumOf([slots]);
  expect([...counts.recorded()]).toEqual([
    [3, count],
    [7, 1],
    [9, 2],
  ]);
  expect(counts.total).toBe(count + 3);
});

test('subtracting a part that was read later than the whole gives a negative count', () => {
  const difference = countsOf([3, 7]).minus(countsOf([3, 7, 7, 7, 9]));
  expect([...difference.recorded()]).toEqual([
    [7, -2],
    [9, -1],
  ]);
});

const micros = fc
  .oneof(
    fc.integer({ min: 0, max: MAX_MICROS }),
    // Every power of two is a seam of the layout.
    fc.tuple(fc.integer({ min: 0, max: 31 }), fc.integer({ min: -2, max: 2 })).map(([power, by]) => 2 ** power + by),
  )
  .filter((value) => value >= 0 && value <= MAX_MICROS);

test('a duration lies within its slot', () => {
  fc.assert(
    fc.property(micros, (value) => {
      const slot = slotOf(value);
      expect(lowestOf(slot)).toBeLessThanOrEqual(value);
      expect(highestOf(slot)).toBeGreaterThanOrEqual(value);
    }),
  );
});

const slots = Array.from({ length: SLOTS }, (_, slot) => slot);

test('a slot is never wider than 1/1024 of its smallest duration', () => {
  expect(slots.filter((slot) => (highestOf(slot) - lowestOf(slot)) * 1024 > lowestOf(slot))).toEqual([]);
});

test('slots follow one another without gap or overlap, from 0 to the longest duration', () => {
  expect(lowestOf(0)).toBe(0);
  expect(slots.slice(1).filter((slot) => lowestOf(slot) !== highestOf(slot - 1) + 1)).toEqual([]);
  expect(slots.filter((slot) => slotOf(lowestOf(slot)) !== slot)).toEqual([]);
  expect(slotOf(MAX_MICROS)).toBe(SLOTS - 1);
});

test.each([
  [0, 0],
  [1, 1],
  [2047, 2047],
  [2048, 2048],
  [2049, 2048],
  [4095, 3071],
  [4096, 3072],
])('%d µs go to slot %d', (value, slot) => {
  expect(slotOf(value)).toBe(slot);
});
