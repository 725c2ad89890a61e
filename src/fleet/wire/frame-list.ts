import type { JobMemory } from '../../recorder/job-record.ts';
import { ByteReader, ByteWriter } from './varint.ts';

/** Tallies of one part of a job: measured requests, the warm-up, then one for each phase of the system under test. */
export const MEASURED = 0;
export const WARM_UP = 1;
export const FIRST_PHASE = 2;

/** Place of a tally in a run. */
export interface TallyPlace {
  /** Index of the job in the plan. */
  readonly job: number;
  /** Index of the part in the job, in the order of `RunRecord.job`. */
  readonly part: number;
  /** `MEASURED`, `WARM_UP`, or `FIRST_PHASE` + index of the phase. */
  readonly window: number;
}

/** Changes of one tally since the last cut. */
export interface TallyFrame extends TallyPlace {
  /** See `frame.ts`. */
  readonly data: Uint8Array;
}

/** Jobs, parts and windows of a frame's place, exclusive. */
const MOST = 10_001;
const MOST_WINDOWS = FIRST_PHASE + 32;

/**
 * Memories of a part's windows, in the order in which they are read: phases come before the measured numbers, which are
 * written first, so that phases never exceed them.
 */
export function windowsOf({ measured, warmUp, phases }: JobMemory): readonly (readonly [number, SharedArrayBuffer])[] {
  return [
    ...phases.map((memory, phase) => [FIRST_PHASE + phase, memory] as const),
    ...(warmUp === undefined ? [] : [[WARM_UP, warmUp] as const]),
    [MEASURED, measured],
  ];
}

const NO_FRAMES = new Uint8Array(0);
/** Used for one list after the other. */
const writer = new ByteWriter();

/** Encodes the frames of one cut: place, length and data of each. */
export function encodeFrames(frames: readonly TallyFrame[]): Uint8Array {
  if (frames.length === 0) return NO_FRAMES;
  writer.clear();
  for (const { job, part, window, data } of frames) {
    writer.varint(job);
    writer.varint(part);
    writer.varint(window);
    writer.varint(data.length);
    writer.bytes(data);
  }
  return writer.copy();
}

/** Decodes the frames of one cut; their data is not copied. @throws {WireError} */
export function decodeFrames(bytes: Uint8Array): readonly TallyFrame[] {
  const reader = new ByteReader(bytes);
  const frames: TallyFrame[] = [];
  while (reader.left > 0) {
    const job = reader.varintUpTo(MOST - 1, 'the job of a frame');
    const part = reader.varintUpTo(MOST - 1, 'the part of a frame');
    const window = reader.varintUpTo(MOST_WINDOWS - 1, 'the window of a frame');
    frames.push({ job, part, window, data: reader.bytes(reader.varint()) });
  }
  return frames;
}

/** Most bytes of a frame's place and length. */
const PLACE_BYTES = 16;

/** Splits frames into groups of about a size: at least one, which may be empty. */
export function groupFrames(frames: readonly TallyFrame[], most: number): readonly (readonly TallyFrame[])[] {
  const groups: TallyFrame[][] = [[]];
  let size = 0;
  for (const frame of frames) {
    const bytes = PLACE_BYTES + frame.data.length;
    if (size > 0 && size + bytes > most) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)?.push(frame);
    size += bytes;
  }
  return groups;
}
