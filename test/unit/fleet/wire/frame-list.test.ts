import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  decodeFrames,
  encodeFrames,
  FIRST_PHASE,
  MEASURED,
  type TallyFrame,
  type TallyPlace,
  WARM_UP,
  windowsOf,
} from '../../../../src/fleet/wire/frame-list.ts';
import { WireError } from '../../../../src/fleet/wire/wire-error.ts';

const place = {
  job: fc.nat(10_000),
  part: fc.nat(10_000),
  window: fc.nat(FIRST_PHASE + 31),
} satisfies Record<keyof TallyPlace, unknown>;
const frame: fc.Arbitrary<TallyFrame> = fc.record({ ...place, data: fc.uint8Array({ maxLength: 300 }) });

test('decodes frames with their places', () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 20 }), (frames) => {
      expect(decodeFrames(encodeFrames(frames))).toEqual(frames);
    }),
  );
});

test('refuses truncated frames', () => {
  const bytes = encodeFrames([{ job: 1, part: 0, window: MEASURED, data: new Uint8Array(10) }]);
  for (let length = 1; length < bytes.length; length++) {
    expect(() => decodeFrames(bytes.subarray(0, length))).toThrow(WireError);
  }
});

test('refuses jobs and windows beyond the limits', () => {
  const data = new Uint8Array(0);
  expect(() => decodeFrames(encodeFrames([{ job: 10_001, part: 0, window: 0, data }]))).toThrow(
    'the job of a frame is 10001, above 10000',
  );
  expect(() => decodeFrames(encodeFrames([{ job: 0, part: 0, window: 34, data }]))).toThrow(WireError);
});

test('windows of a part are read in the reverse order of writing: phases before the measured numbers', () => {
  const [measured, warmUp, first, second] = Array.from({ length: 4 }, () => new SharedArrayBuffer(8)) as [
    SharedArrayBuffer,
    SharedArrayBuffer,
    SharedArrayBuffer,
    SharedArrayBuffer,
  ];
  expect(windowsOf({ measured, warmUp, phases: [first, second] })).toEqual([
    [FIRST_PHASE, first],
    [FIRST_PHASE + 1, second],
    [WARM_UP, warmUp],
    [MEASURED, measured],
  ]);
  expect(windowsOf({ measured, warmUp: undefined, phases: [] })).toEqual([[MEASURED, measured]]);
});
