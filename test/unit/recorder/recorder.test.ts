import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ABORTED, ERROR_CLASSES, failure, MISS, OK, type Outcome } from '../../../src/shared/outcome.ts';
import { encodeHdr } from '../../../src/recorder/hdr-encoding.ts';
import { allocateTally, tallyLayout, readTally } from '../../../src/recorder/tally.ts';
import { Recorder } from '../../../src/recorder/recorder.ts';
import { addTallies } from '../../../src/recorder/add-tallies.ts';
import { errorsOf, inFlightOf, percentileOf, requestsOf, type Tally } from '../../../src/recorder/snapshot.ts';
import { BOUNDS, recordTally, request } from '../../snapshot-builder.ts';

interface Ended {
  readonly outcome: Outcome;
  readonly serviceMs: number;
  readonly lagMs: number;
}

const ended: fc.Arbitrary<Ended> = fc.record({
  outcome: fc.constantFrom(OK, OK, OK, MISS, ABORTED, ...ERROR_CLASSES.map(failure)),
  // Quarters of a millisecond add up exactly, so sums can be compared with ===.
  serviceMs: fc.integer({ min: 0, max: 60_000 }).map((quarters) => quarters / 4),
  lagMs: fc.integer({ min: 0, max: 4000 }).map((quarters) => quarters / 4),
});
const run = fc.array(ended, { maxLength: 60 });

function record(requests: readonly Ended[]): (recorder: Recorder) => void {
  return (recorder) => {
    for (const { outcome, serviceMs, lagMs } of requests) request(recorder, outcome, serviceMs, lagMs);
  };
}

test('every request is counted once, in its outcome', () => {
  const tally = recordTally((recorder) => {
    recorder.start();
    recorder.start();
    request(recorder, OK, 1);
    request(recorder, OK, 2);
    request(recorder, MISS, 3);
    request(recorder, failure('timeout'), 4);
    request(recorder, failure('driver'), 5);
    request(recorder, failure('driver'), 6);
    request(recorder, ABORTED, 7);
    recorder.skip(3);
    recorder.skip(1);
    recorder.traffic(100, 2000);
    recorder.traffic(1, 2);
    recorder.traffic(1, 0);
    recorder.traffic(0, 100);
    recorder.traffic(0, 100_000_001);
  });
  expect(tally).toMatchObject({
    started: 9,
    ok: 2,
    miss: 1,
    aborted: 1,
    skipped: 4,
    sizes: [2, 0, 1, 0, 0, 0, 0, 1],
    sentBytes: 102,
    receivedBytes: 100_002_103,
  });
  expect(Object.entries(tally.errors).filter(([, count]) => count > 0)).toEqual([
    ['timeout', 1],
    ['driver', 2],
  ]);
  expect([requestsOf(tally), errorsOf(tally), inFlightOf(tally)]).toEqual([6, 3, 2]);
  expect(tally.service.sumSeconds).toBeCloseTo(0.021, 12);
  expect(tally.service.maxSeconds).toBe(0.006);
  expect(tally.response).toBeUndefined();
  expect(tally.lag).toBeUndefined();
});

test('buckets and histogram have as many durations as there are requests with an outcome', () => {
  fc.assert(
    fc.property(run, (requests) => {
      const tally = recordTally(record(requests), { paced: true });
      const answered = requests.filter(({ outcome }) => outcome !== ABORTED);
      expect(requestsOf(tally)).toBe(answered.length);
      expect(tally.started).toBe(requestsOf(tally) + tally.aborted + inFlightOf(tally));
      for (const distribution of [tally.service, tally.response!]) {
        // a paced job has both
        expect(distribution.latency.total).toBe(answered.length);
        expect(distribution.counts.reduce((sum, count) => sum + count, 0)).toBe(answered.length);
      }
      expect(tally.lag!.latency.total).toBe(requests.length); // a paced job has it
      expect(tally.service.sumSeconds).toBe(answered.reduce((sum, { serviceMs }) => sum + serviceMs, 0) / 1000);
      expect(tally.response!.maxSeconds).toBe(
        Math.max(0, ...answered.map(({ serviceMs, lagMs }) => serviceMs + lagMs)) / 1000,
      );
    }),
    { numRuns: 30 },
  );
});

test('buckets are exact: a duration equal to a bound is inside it, the next larger one is not', () => {
  for (const [index, bound] of BOUNDS.entries()) {
    const boundMs = Number((bound * 1000).toPrecision(15));
    const above = boundMs * (1 + 2 * Number.EPSILON);
    const counts = (ms: number): readonly number[] =>
      recordTally((recorder) => request(recorder, OK, ms)).service.counts;
    expect(counts(boundMs)[index]).toBe(1);
    expect(counts(above)[index + 1]).toBe(1);
  }
});

test('a bound that is not exact in binary contains durations equal to it', () => {
  // 1.001 * 1000 is 1000.9999999999999.
  const tally = recordTally((recorder) => request(recorder, OK, 1001), { bounds: [1.001] });
  expect(tally.service.counts).toEqual([1, 0]);
});

test('bucket counts agree with sorted durations', () => {
  fc.assert(
    fc.property(run, (requests) => {
      const tally = recordTally(record(requests));
      const ms = requests.filter(({ outcome }) => outcome !== ABORTED).map(({ serviceMs }) => serviceMs);
      let below = 0;
      for (const [index, bound] of BOUNDS.entries()) {
        below += tally.service.counts[index]!; // one for each bound
        expect(below).toBe(ms.filter((value) => value / 1000 <= bound).length);
      }
    }),
    { numRuns: 30 },
  );
});

test('counts invalid durations as 0 and too long ones as the longest, without loss', () => {
  const tally = recordTally((recorder) => {
    request(recorder, OK, NaN);
    request(recorder, OK, -5);
    request(recorder, OK, -0);
    request(recorder, OK, 7_200_000);
  });
  expect(requestsOf(tally)).toBe(4);
  expect(tally.service.latency.total).toBe(4);
  expect(tally.service.counts[0]).toBe(3);
  expect(tally.service.counts.at(-1)).toBe(1);
  expect(tally.service.sumSeconds).toBe(7200);
  expect(tally.service.maxSeconds).toBe(7200);
  expect(percentileOf(tally.service, 50)).toBe(0);
  expect(percentileOf(tally.service, 100)).toBeCloseTo(3600, -1);
});

test('a percentile is never above the maximum', () => {
  const tally = recordTally((recorder) => request(recorder, OK, 10.001));
  expect(tally.service.latency.percentile(100)).toBeGreaterThan(0.010001);
  expect(percentileOf(tally.service, 100)).toBe(0.010001);
  expect(percentileOf(recordTally(() => {}).service, 50)).toBeUndefined();
});

test('reading two memories together and adding two tallies equal one memory with all requests', () => {
  const layout = tallyLayout(BOUNDS, true);
  fc.assert(
    fc.property(run, run, (a, b) => {
      const memories = [allocateTally(layout), allocateTally(layout)] as const;
      record(a)(new Recorder(memories[0], layout));
      record(b)(new Recorder(memories[1], layout));
      const all = comparable(recordTally(record([...a, ...b]), { paced: true }));
      expect(comparable(readTally(memories, layout))).toEqual(all);
      expect(comparable(addTallies(readTally([memories[0]], layout), readTally([memories[1]], layout)))).toEqual(all);
    }),
    { numRuns: 20 },
  );
});

test('an empty memory reads as 0', () => {
  const layout = tallyLayout(BOUNDS, true);
  expect(comparable(readTally([], layout))).toEqual(comparable(recordTally(() => {}, { paced: true })));
  expect(requestsOf(readTally([], layout))).toBe(0);
});

test('a tally does not change with further recording', () => {
  const layout = tallyLayout(BOUNDS, false);
  const memory = allocateTally(layout);
  const recorder = new Recorder(memory, layout);
  request(recorder, OK, 1);
  const before = readTally([memory], layout);
  request(recorder, OK, 2);
  expect([before.ok, before.service.maxSeconds, before.service.latency.total]).toEqual([1, 0.001, 1]);
  expect(readTally([memory], layout).ok).toBe(2);
  expect(Object.isFrozen(before) && Object.isFrozen(before.service) && Object.isFrozen(before.errors)).toBe(true);
});

/** A tally with its fine histograms as text, which compares them count by count, and sums without the last rounding error. */
function comparable(tally: Tally): unknown {
  return JSON.parse(
    JSON.stringify(tally, (key, value: unknown) => {
      if (key === 'latency') return encodeHdr(value as Tally['service']['latency']);
      return key === 'sumSeconds' ? (value as number).toPrecision(12) : value;
    }),
  );
}

test('counts responses by status code, codes outside 100 to 599 as other', () => {
  const layout = tallyLayout(BOUNDS, true, true, true);
  const memories = [allocateTally(layout), allocateTally(layout)];
  for (const memory of memories) {
    const recorder = new Recorder(memory, layout);
    for (const status of [100, 200, 200, 404, 599, 600, 999, 42]) recorder.status(status);
  }
  expect(readTally(memories, layout).statuses).toEqual({ '100': 2, '200': 4, '404': 2, '599': 2, other: 6 });
});

test('a job without status codes allocates no memory for them', () => {
  const layout = tallyLayout(BOUNDS, true);
  const memory = allocateTally(layout);
  new Recorder(memory, layout).status(200);
  expect(readTally([memory], layout).statuses).toBeUndefined();
  expect(new Float64Array(memory).every((slot) => slot === 0)).toBe(true);
  expect(tallyLayout(BOUNDS, true, false, true).length - layout.length).toBe(501);
});
