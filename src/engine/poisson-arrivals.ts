import type { Draw } from '../shared/distribution.ts';
import { firstWhere } from '../shared/first-where.ts';
import { gammaDraw } from '../shared/gamma.ts';
import { drawUnit, streamKey } from '../shared/random.ts';
import type { Arrivals } from './arrivals.ts';

/** Arrivals of a part; also the parts of a block. */
const PART = 32;
const BLOCK = PART * PART;

/**
 * A Poisson process: independent exponential gaps of mean 1. The sum of a number of such gaps has a gamma distribution,
 * and does not depend on the proportions of the gaps. So the gaps of a block of 1,024 arrivals are drawn from above: the
 * length of the block, then the proportions of its 32 parts, each the sum of 32 gaps, then those of the gaps of a part.
 *
 * The position of any arrival therefore takes at most 64 draws, and one for each block since the last call: a thread does
 * not draw the gaps of all other threads. A draw is a function of its number, so all threads have the same arrivals.
 * Positions are fastest in ascending order, and allocate nothing.
 */
export class PoissonArrivals implements Arrivals {
  readonly #blockDraw: Draw;
  readonly #partDraw: Draw;
  readonly #gapHigh: number;
  readonly #gapLow: number;
  /** Current block, its start, and its last arrival. */
  #block = 0;
  #start = 0;
  #end: number;
  /** Block of `#partEnds`, and its start; -1: none. */
  #dividedBlock = -1;
  #dividedStart = 0;
  /** Last arrival of each part of the block. */
  readonly #partEnds = new Float64Array(PART);
  /** Number of the part of `#positions`, over all blocks; -1: none. */
  #part = -1;
  readonly #positions = new Float64Array(PART);

  /** @param key random stream */
  constructor(key: number) {
    this.#blockDraw = gammaDraw(BLOCK, streamKey(key, 'block'));
    this.#partDraw = gammaDraw(PART, streamKey(key, 'part'));
    this.#gapHigh = streamKey(key, 'gap', 'high');
    this.#gapLow = streamKey(key, 'gap', 'low');
    this.#end = this.#blockDraw(0);
  }

  positionOf(sequence: number): number {
    const part = Math.floor(sequence / PART);
    if (part !== this.#part) this.#openPart(part);
    return this.#positions[sequence - part * PART]!; // inside the part
  }

  firstNotDue(from: number, until: number, isDue: (position: number) => boolean): number {
    let block = Math.floor(from / BLOCK);
    this.#goToBlock(block);
    while ((block + 1) * BLOCK < until && isDue(this.#end)) this.#goToBlock(++block);
    const first = Math.max(from, block * BLOCK);
    const end = Math.min(until, (block + 1) * BLOCK);
    return firstWhere(first, end, (sequence) => !isDue(this.positionOf(sequence)));
  }

  #goToBlock(block: number): void {
    if (block < this.#block) {
      this.#block = 0;
      this.#start = 0;
      this.#end = this.#blockDraw(0);
    }
    while (this.#block < block) {
      this.#start = this.#end;
      this.#end += this.#blockDraw(++this.#block);
    }
  }

  #openPart(part: number): void {
    const block = Math.floor(part / PART);
    if (block !== this.#dividedBlock) {
      this.#goToBlock(block);
      drawParts(this.#partEnds, this.#partDraw, block * PART);
      scale(this.#partEnds, this.#start, this.#end);
      this.#dividedBlock = block;
      this.#dividedStart = this.#start;
    }
    const index = part - block * PART;
    const start = index === 0 ? this.#dividedStart : this.#partEnds[index - 1]!; // inside the block
    drawGaps(this.#positions, this.#gapHigh, this.#gapLow, part * PART);
    scale(this.#positions, start, this.#partEnds[index]!);
    this.#part = part;
  }
}

/** Fills with sums of the draws of parts, or of gaps. @param counter of the first draw */
function drawParts(sums: Float64Array, draw: Draw, counter: number): void {
  let sum = 0;
  for (let index = 0; index < PART; index++) {
    sum += draw(counter + index);
    sums[index] = sum;
  }
}

/** The same for exponential draws of mean 1, without a call for each. */
function drawGaps(sums: Float64Array, high: number, low: number, counter: number): void {
  let sum = 0;
  for (let index = 0; index < PART; index++) {
    sum -= Math.log(1 - drawUnit(high, low, counter + index));
    sums[index] = sum;
  }
}

/** Scales sums of proportions to a range: the last one is its end. */
function scale(sums: Float64Array, from: number, to: number): void {
  const factor = (to - from) / sums[PART - 1]!; // has all of them
  // Rounding must not put a sum behind the end.
  for (let index = 0; index < PART - 1; index++) sums[index] = Math.min(from + sums[index]! * factor, to);
  sums[PART - 1] = to;
}
