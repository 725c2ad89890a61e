import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addFrame } from '../../../../src/fleet/wire/frame.ts';
import { FrameEncoder } from '../../../../src/fleet/wire/frame-encoder.ts';
import { type CountRegion, tallyRegions } from '../../../../src/fleet/wire/tally-regions.ts';
import { equalTotals, totalsOf } from '../../../../src/fleet/wire/totals.ts';
import { ByteWriter } from '../../../../src/fleet/wire/varint.ts';
import { WireError } from '../../../../src/fleet/wire/wire-error.ts';
import { ABORTED, failure, MISS, OK } from '../../../../src/shared/outcome.ts';
import { METRICS } from '../../../snapshot-builder.ts';
import { MAX_MS, SUM_MS, tallyLayout, type TallyLayout } from '../../../../src/recorder/tally.ts';
import { Recorder } from '../../../../src/recorder/recorder.ts';
import { BOUNDS } from '../../../snapshot-builder.ts';

const layouts: readonly TallyLayout[] = [
  tallyLayout(BOUNDS, false),
  tallyLayout(BOUNDS, true, true, true, ['is_json', 'has_id']),
  tallyLayout([0.0123], true, false, true),
  tallyLayout([], false, true, false, ['one']),
  tallyLayout(BOUNDS, true, true, true, ['is_json'], METRICS),
];

/** A thread's memory, and its recorder. */
class ThreadMemory {
  readonly slots: Float64Array;
  readonly recorder: Recorder;

  constructor(layout: TallyLayout) {
    const memory = new SharedArrayBuffer(layout.length * 8);
    this.slots = new Float64Array(memory);
    this.recorder = new Recorder(memory, layout);
  }
}

const request = fc.record({
  /** Agent and thread that send it. */
  agent: fc.nat(2),
  thread: fc.nat(2),
  outcome: fc.constantFrom(OK, OK, OK, MISS, ABORTED, failure('timeout'), failure('check')),
  micros: fc.oneof(fc.nat(3000), fc.nat(5_000_000), fc.nat(4_000_000_000)),
  lagMicros: fc.nat(20_000),
  status: fc.integer({ min: 0, max: 700 }),
  bytes: fc.nat(2_000_000),
  /** Whether its agent cuts after it. */
  cuts: fc.boolean(),
});
type Request = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

function record(recorder: Recorder, layout: TallyLayout, one: Request, sequence: number): void {
  const serviceMs = one.micros / 1000;
  recorder.start();
  if (layout.paced) recorder.lag(one.lagMicros / 1000);
  recorder.status(one.status);
  recorder.traffic(100, one.bytes);
  if (one.bytes % 7 === 0) recorder.skip(one.bytes);
  if (one.bytes % 5 === 0) recorder.detail('deadlock');
  if (layout.checks.length > 0 && one.status > 400) recorder.failCheck(one.status % layout.checks.length);
  recorder.finish(one.outcome, serviceMs, serviceMs + one.lagMicros / 1000, sequence, 1000 + sequence);
}

/** Offsets of the sums, which depend on the order of additions. */
function sumsOf(layout: TallyLayout): readonly number[] {
  return tallyRegions(layout).counts.flatMap(({ distribution }: CountRegion) =>
    distribution === undefined ? [] : [distribution + SUM_MS],
  );
}

function expectEqual(actual: Float64Array, expected: Float64Array, layout: TallyLayout): void {
  const copy = actual.slice();
  for (const slot of sumsOf(layout)) {
    expect(Math.abs(copy[slot]! - expected[slot]!)).toBeLessThanOrEqual(1e-12 * expected[slot]!);
    copy[slot] = expected[slot]!;
  }
  expect(isSame(copy, expected)).toBe(true);
}

/** Compares memories byte by byte, which takes less time than comparing 70,000 numbers. */
function isSame(a: Float64Array, b: Float64Array): boolean {
  return Buffer.compare(Buffer.from(a.slice().buffer), Buffer.from(b.slice().buffer)) === 0;
}

describe('frames', () => {
  it.each(layouts.map((layout, index) => [index, layout] as const))(
    'of any split over threads, agents and cuts add up to one memory (layout %i)',
    (_, layout) => {
      fc.assert(
        fc.property(fc.array(request, { maxLength: 50 }), (requests) => {
          const whole = new ThreadMemory(layout);
          const target = new Float64Array(layout.length);
          const agents = Array.from({ length: 3 }, () => ({
            threads: Array.from({ length: 3 }, () => new ThreadMemory(layout)),
            encoder: new FrameEncoder(layout),
          }));
          const cut = ({ threads, encoder }: (typeof agents)[number], isLast: boolean): void => {
            const frame = encoder.cut(
              threads.map(({ slots }) => slots),
              { isLast },
            );
            if (frame !== undefined) addFrame(target, layout, frame);
          };
          for (const [sequence, one] of requests.entries()) {
            const agent = agents[one.agent]!;
            record(whole.recorder, layout, one, sequence);
            record(agent.threads[one.thread]!.recorder, layout, one, sequence);
            if (one.cuts) cut(agent, false);
          }
          for (const agent of agents) cut(agent, requests.length % 2 === 0);
          expectEqual(target, whole.slots, layout);
          const again = new Float64Array(layout.length);
          for (const { threads, encoder } of agents) {
            const frame = encoder.whole(threads.map(({ slots }) => slots));
            if (frame !== undefined) addFrame(again, layout, frame);
          }
          expectEqual(again, whole.slots, layout);
          const memories = agents.flatMap(({ threads }) => threads.map(({ slots }) => slots));
          expect(equalTotals(totalsOf(memories, layout), totalsOf([target], layout))).toBe(true);
        }),
        { numRuns: 40 },
      );
    },
  );

  it('of one thread restore its sums exactly, without the errors of many additions', () => {
    const [layout] = layouts as [TallyLayout];
    const thread = new ThreadMemory(layout);
    const encoder = new FrameEncoder(layout);
    const target = new Float64Array(layout.length);
    for (let n = 1; n <= 20_000; n++) {
      thread.recorder.finish(OK, 1000 / n, 0);
      if (n % 3 === 0) addFrame(target, layout, encoder.cut([thread.slots])!);
    }
    const sum = thread.slots[layout.service + SUM_MS]!;
    addFrame(target, layout, encoder.cut([thread.slots])!);
    expect(Math.abs(target[layout.service + SUM_MS]! - sum)).toBeLessThanOrEqual(sum * 2 ** -52);
  });

  it('are absent while nothing changes', () => {
    const layout = layouts[1]!;
    const thread = new ThreadMemory(layout);
    const encoder = new FrameEncoder(layout);
    expect(encoder.cut([thread.slots])).toBeUndefined();
    expect(encoder.cut([])).toBeUndefined();
    thread.recorder.start();
    expect(encoder.cut([thread.slots])).toHaveLength(7);
    expect(encoder.cut([thread.slots])).toBeUndefined();
  });

  it('move the times of exemplars to the clock of the coordinator, where the latest wins', () => {
    const layout = layouts[1]!;
    const target = new Float64Array(layout.length);
    for (const [offsetMs, sequence] of [
      [500, 7],
      [-200, 8],
    ] as const) {
      const thread = new ThreadMemory(layout);
      thread.recorder.finish(OK, 3, 4, sequence, 1000 + sequence);
      addFrame(target, layout, new FrameEncoder(layout).cut([thread.slots], { clockOffsetMs: offsetMs })!);
    }
    const at = layout.serviceExemplars + 3 * BOUNDS.indexOf(0.005);
    expect([...target.subarray(at, at + 3)]).toEqual([7, 3, 1507]);
  });

  it('of an idle second are a few bytes', () => {
    const layout = layouts[1]!;
    const thread = new ThreadMemory(layout);
    const encoder = new FrameEncoder(layout);
    thread.recorder.finish(OK, 3, 4);
    encoder.cut([thread.slots]);
    thread.recorder.finish(OK, 3, 4);
    expect(encoder.cut([thread.slots])!.length).toBeLessThan(70);
  });
});

describe('a cut while a thread records', () => {
  const [layout] = layouts as [TallyLayout];
  const bucket = layout.service + 2;
  const latency = layout.service + layout.latencyOffset + 100;

  function start(): { slots: Float64Array; add: (isLast: boolean) => void; target: Float64Array } {
    const slots = new Float64Array(layout.length);
    const target = new Float64Array(layout.length);
    const encoder = new FrameEncoder(layout);
    const add = (isLast: boolean): void => {
      const frame = encoder.cut([slots], { isLast });
      if (frame !== undefined) addFrame(target, layout, frame);
    };
    // The thread has incremented the bucket, but not yet the latency slot.
    slots[bucket] = 1;
    slots[layout.service + SUM_MS] = 0.1;
    slots[layout.service + MAX_MS] = 0.1;
    add(false);
    expect(target[bucket]).toBe(1);
    expect(target[latency]).toBe(0);
    return { slots, add, target };
  }

  it('is completed by the next cut', () => {
    const { slots, add, target } = start();
    slots[latency] = 1;
    add(false);
    expect(isSame(target, slots)).toBe(true);
  });

  it('is completed by the last cut, whenever it was', () => {
    const { slots, add, target } = start();
    add(false);
    add(false);
    slots[latency] = 1;
    add(true);
    expect(isSame(target, slots)).toBe(true);
  });
});

describe('limits', () => {
  const [layout] = layouts as [TallyLayout];

  it('adds counts up to 2^53 and refuses more', () => {
    const thread = new ThreadMemory(layout);
    const encoder = new FrameEncoder(layout);
    const target = new Float64Array(layout.length);
    thread.slots[0] = 2 ** 53;
    addFrame(target, layout, encoder.cut([thread.slots])!);
    expect(target[0]).toBe(2 ** 53);
    const before = target.slice();
    thread.slots[0] = 1;
    thread.slots[1] = 1;
    const frame = new FrameEncoder(layout).cut([thread.slots])!;
    expect(() => addFrame(target, layout, frame)).toThrow('the count of slot 0 exceeds 2^53');
    expect(isSame(target, before)).toBe(true);
  });

  it('refuses a count that decreases, which is a bug of the recorder', () => {
    const encoder = new FrameEncoder(layout);
    const slots = new Float64Array(layout.length);
    slots[0] = 5;
    encoder.cut([slots]);
    slots[0] = 4;
    expect(() => encoder.cut([slots])).toThrow('the count of slot 0 of a tally decreased');
  });
});

/** Encodes numbers as varints, those in a list as floats, and those of `byte` as bytes. */
function encode(...parts: readonly (number | readonly [number] | { readonly byte: number })[]): Uint8Array {
  const writer = new ByteWriter();
  for (const part of parts) {
    if (typeof part === 'number') writer.varint(part);
    else if ('byte' in part) writer.byte(part.byte);
    else writer.float(part[0]);
  }
  return writer.copy();
}

describe('a damaged frame', () => {
  const layout = layouts[1]!;
  const { length } = layout;
  const last = tallyRegions(layout).counts.length;

  it.each<[string, Uint8Array, string]>([
    ['without bytes', new Uint8Array(0), 'the message ends within a number'],
    ['of another layout', encode(length + 1, 0), `a frame has the layout of ${length + 1} slots, not of ${length}`],
    ['with an unknown region', encode(length, last + 3), `the region of a frame is ${last + 3}, above ${last + 2}`],
    ['with a region twice', encode(length, 1, 1, 0, 1, 1, 0, 0), 'region 1 of a frame follows region 1'],
    [
      'with a slot beyond its region',
      encode(length, 1, { byte: 0xf1 }, 10_000, 0, 0),
      'slot 10015 of a frame is not in 0 to',
    ],
    [
      'with a slot beyond the layout',
      encode(length, last, { byte: 0xf1 }, 2 ** 53, 0, 0),
      'a gap of a frame is 9007199254740992',
    ],
    ['with an increment of 0', encode(length, 1, 0x10, 0, 0), 'the increment of slot 1 of a frame is 0'],
    [
      'with an increment above 2^53',
      encode(length, 1, 15, 2 ** 53 - 1, 0, 0),
      'an increment is 9007199254740991, above',
    ],
    ['that ends within counts', encode(length, 1, 1, 1), 'the message ends within a number'],
    ['with a negative sum', encode(length, 2, 1, 0, [-1], [1], 0), 'the sum of durations is -1, below 0'],
    ['with a sum of NaN', encode(length, 2, 1, 0, [NaN], [1], 0), 'the sum of durations is NaN'],
    ['with an infinite maximum', encode(length, 2, 1, 0, [1], [Infinity], 0), 'the maximum of durations is Infinity'],
    ['with an exemplar beyond the buckets', encode(length, last + 1, 15, 1, [1], [1], 1), 'of an exemplar is'],
    ['with an exemplar at no time', encode(length, last + 1, 1, 1, [1], [NaN], 0, 0), 'the time of an exemplar is NaN'],
    ['with bytes at the end', encode(length, 0, 0), '1 unexpected bytes at the end'],
  ])('%s is refused', (_, bytes, message) => {
    const target = new Float64Array(length);
    expect(() => addFrame(target, layout, bytes)).toThrow(WireError);
    expect(() => addFrame(target, layout, bytes)).toThrow(message);
    expect(target.every((value) => value === 0)).toBe(true);
  });

  it('a sum that overflows is refused', () => {
    const target = new Float64Array(length);
    const frame = encode(length, 2, 1, 0, [Number.MAX_VALUE], [1], 0);
    addFrame(target, layout, frame);
    expect(() => addFrame(target, layout, frame)).toThrow('the sum of durations is not finite');
  });

  it('is added completely or not at all, and never decreases a number', () => {
    const thread = new ThreadMemory(layout);
    for (let n = 0; n < 300; n++) thread.recorder.finish(OK, n * 1.7, n * 2.3, n, 1000 + n);
    const valid = new FrameEncoder(layout).cut([thread.slots])!;
    const change = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
    let refused = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), fc.nat(valid.length), (changes, cutOff) => {
        const bytes = cutOff % 2 === 0 ? valid.slice() : valid.slice(0, cutOff);
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        const target = new Float64Array(length).fill(3, 0, layout.serviceExemplars);
        const before = target.slice();
        try {
          addFrame(target, layout, bytes);
          expect(target.every((value, slot) => value >= before[slot]! || slot >= layout.serviceExemplars)).toBe(true);
          expect(target.every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          expect(isSame(target, before)).toBe(true);
          refused++;
        }
      }),
      { numRuns: 500 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  it('of random bytes changes at most one slot for each byte, or none', () => {
    const target = new Float64Array(length);
    let added = 0;
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (tail) => {
        target.fill(0);
        const bytes = Buffer.concat([encode(length, 1), tail, encode(0, 0)]);
        let isAdded = true;
        try {
          addFrame(target, layout, bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
          isAdded = false;
        }
        const changes = target.reduce((sum, count) => sum + (count === 0 ? 0 : 1), 0);
        expect(changes).toBeLessThanOrEqual(isAdded ? tail.length : 0);
        if (changes > 0) added++;
      }),
      { numRuns: 500 },
    );
    expect(added).toBeGreaterThan(0);
  });
});
