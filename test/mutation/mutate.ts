/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;
type Mutation = (bytes: Buffer, random: Random) => Buffer;

/** Lengths and counts that parsers tend to mind, in 4 bytes. */
const EXTREMES = [
  0, 1, 3, 4, 7, 15, 0x7f_ff, 0xff_ff, 0xff_ff_ff, 0x0f_ff_ff_ff, 0x7f_ff_ff_ff, 0x80_00_00_00, 0xff_ff_ff_ff,
];

const MUTATIONS: readonly Mutation[] = [
  flipBits,
  overwrite,
  overwriteLength,
  overwriteLength,
  (bytes, random) => bytes.subarray(0, between(random, 1, bytes.length)),
  (bytes, random) => spliced(bytes, between(random, 0, bytes.length), randomBytes(random, between(random, 1, 40))),
  (bytes, random) => spliced(bytes, between(random, 0, bytes.length), Buffer.alloc(16)),
  (bytes, random) => cut(bytes, between(random, 0, bytes.length), between(random, 1, 8)),
  (bytes) => Buffer.concat([bytes, bytes]),
  (_, random) => randomBytes(random, between(random, 1, 200)),
  () => Buffer.alloc(16),
  () => Buffer.from('44000000067fff', 'hex'),
  (_, random) => Buffer.from(`*${Math.floor(random() * 2 ** 32)}\r\n`),
  overwriteDigit,
];

/**
 * Damages the data of a server by one of about a dozen faults, at a random place. Never the same bytes as before, never
 * none.
 */
export function mutate(bytes: Buffer, random: Random): Buffer {
  for (;;) {
    const mutation = MUTATIONS[Math.floor(random() * MUTATIONS.length)]!;
    const mutated = mutation(bytes, random);
    if (mutated.length > 0 && !mutated.equals(bytes)) return mutated;
  }
}

function flipBits(bytes: Buffer, random: Random): Buffer {
  const flipped = Buffer.from(bytes);
  for (let flips = between(random, 1, 5); flips > 0; flips--) {
    flipped[between(random, 0, bytes.length)]! ^= 1 << between(random, 0, 8);
  }
  return flipped;
}

function overwrite(bytes: Buffer, random: Random): Buffer {
  const overwritten = Buffer.from(bytes);
  randomBytes(random, between(random, 1, 9)).copy(overwritten, between(random, 0, bytes.length));
  return overwritten;
}

/** In one byte order or the other, more often than not near the beginning, where headers are. */
function overwriteLength(bytes: Buffer, random: Random): Buffer {
  const overwritten = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  const extreme = EXTREMES[between(random, 0, EXTREMES.length)]!;
  if (random() < 0.5) length.writeUInt32BE(extreme);
  else length.writeUInt32LE(extreme);
  length.copy(overwritten, between(random, 0, random() < 0.6 ? Math.min(bytes.length, 8) : bytes.length));
  return overwritten;
}

/** For protocols whose lengths are text. */
function overwriteDigit(bytes: Buffer, random: Random): Buffer {
  const digits = [...bytes.entries()].filter(([, byte]) => byte >= 0x30 && byte <= 0x39);
  const [at] = digits[between(random, 0, digits.length)] ?? [0];
  return spliced(bytes, at, Buffer.from(String(Math.floor(random() * 10 ** between(random, 1, 12)))));
}

function spliced(bytes: Buffer, at: number, more: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
}

function cut(bytes: Buffer, at: number, length: number): Buffer {
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
}

function randomBytes(random: Random, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => between(random, 0, 256)));
}

function between(random: Random, low: number, high: number): number {
  return low + Math.floor(random() * (high - low));
}
