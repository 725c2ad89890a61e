import { draw32, integersBetween, mix32, streamKey } from '../shared/random.ts';

/** Selection of rows: `sequential` and `shuffle` use each row once a round, `random` draws with replacement. */
export type RowOrder = 'sequential' | 'random' | 'shuffle';

/** Returns the row of a number, deterministic for a seed and a feeder. */
export function createRowSelection(
  order: RowOrder,
  rows: number,
  seed: number,
  feeder: string,
): (number: number) => number {
  if (order === 'sequential') return (number) => number % rows;
  if (order === 'random') return integersBetween(streamKey(seed, 'feeder', feeder), 0, rows - 1);
  return createShuffle(rows, streamKey(seed, 'feeder', feeder, 'shuffle'));
}

/** Rounds of the Feistel network: its halves have few bits for few rows, and mix slowly. */
const ROUNDS = { few: 8, many: 4 };
const FEW_ROWS = 256;
/** 2^32 divided by the golden ratio. */
const STEP = 0x9e3779b9;

/**
 * Returns a permutation of the rows for each round of `rows` numbers, in constant memory: a Feistel network over the
 * smallest square of a power of two, whose values beyond the rows are mapped again until one is a row.
 */
function createShuffle(rows: number, key: number): (number: number) => number {
  const halfBits = Math.max(1, Math.ceil(Math.log2(rows) / 2));
  const mask = 2 ** halfBits - 1;
  const rounds = rows < FEW_ROWS ? ROUNDS.few : ROUNDS.many;
  const permute = (value: number, roundKey: number): number => {
    let left = value >>> halfBits;
    let right = value & mask;
    let mixed = roundKey;
    for (let round = 0; round < rounds; round++) {
      mixed = mix32(mixed + STEP);
      const next = left ^ (mix32(right ^ mixed) & mask);
      left = right;
      right = next;
    }
    return (left << halfBits) | right;
  };
  return (number) => {
    const round = Math.floor(number / rows);
    const roundKey = draw32(key, round);
    let row = number - round * rows;
    do row = permute(row, roundKey);
    while (row >= rows);
    return row;
  };
}
