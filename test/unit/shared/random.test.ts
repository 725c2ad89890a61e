import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draw32, drawUnit, integersBetween, mix32, streamKey } from '../../../src/shared/random.ts';
import { chiSquared, chiSquaredBound } from '../data/chi-squared.ts';

const DRAWS = 100_000;

describe('mix32', () => {
  it('is the finalizer of MurmurHash3: reference values', () => {
    expect(mix32(0)).toBe(0);
    expect(mix32(1) >>> 0).toBe(0x514e28b7);
    expect(mix32(0xdeadbeef) >>> 0).toBe(0x0de5c6a9);
  });

  it('changes half of the output bits for each input bit', () => {
    for (let bit = 0; bit < 32; bit++) {
      let changed = 0;
      for (let n = 0; n < 2000; n++) {
        let differing = mix32(n) ^ mix32(n ^ (1 << bit));
        for (; differing !== 0; differing &= differing - 1) changed++;
      }
      expect(changed / 2000, `input bit ${bit}`).toBeGreaterThan(15);
      expect(changed / 2000, `input bit ${bit}`).toBeLessThan(17);
    }
  });
});

describe('streams', () => {
  const key = streamKey(42, 'users', '/name', 0);

  it('draw evenly: 256 cells of each byte', () => {
    for (const shift of [0, 8, 16, 24]) {
      const cells = Array.from({ length: 256 }, () => 0);
      for (let n = 0; n < DRAWS; n++) cells[(draw32(key, n) >>> shift) & 255]!++; // masked into the table
      expect(chiSquared(cells, DRAWS / 256), `byte at bit ${shift}`).toBeLessThan(chiSquaredBound(255));
    }
  });

  it('show no pattern between consecutive draws: 16 x 16 cells of pairs', () => {
    const cells = Array.from({ length: 256 }, () => 0);
    for (let n = 0; n < DRAWS; n++) cells[((draw32(key, n) >>> 28) << 4) | (draw32(key, n + 1) >>> 28)]!++; // 8 bits
    expect(chiSquared(cells, DRAWS / 256)).toBeLessThan(chiSquaredBound(255));
  });

  it('are unrelated to each other: 16 x 16 cells of two streams at the same counter', () => {
    const other = streamKey(42, 'users', '/name', 1);
    const cells = Array.from({ length: 256 }, () => 0);
    for (let n = 0; n < DRAWS; n++) cells[((draw32(key, n) >>> 28) << 4) | (draw32(other, n) >>> 28)]!++; // 8 bits
    expect(chiSquared(cells, DRAWS / 256)).toBeLessThan(chiSquaredBound(255));
  });

  it('continue beyond 32 bits of the counter', () => {
    const low = Array.from({ length: 1000 }, (_, n) => draw32(key, n));
    const high = Array.from({ length: 1000 }, (_, n) => draw32(key, 2 ** 32 + n));
    expect(high.filter((value, n) => value === low[n])).toEqual([]);
  });

  it('have different keys for different names', () => {
    const keys = [
      [1, 'ab'],
      [1, 'a', 'b'],
      ['1', 'ab'],
      [1, 'ab', 0],
      [11, 'b'],
    ].map((names) => streamKey(...names));
    expect(new Set(keys).size).toBe(5);
  });

  it('give unit numbers of mean 1/2 and variance 1/12, below 1', () => {
    let sum = 0;
    let squares = 0;
    for (let n = 0; n < DRAWS; n++) {
      const unit = drawUnit(key, key + 1, n);
      sum += unit;
      squares += unit * unit;
    }
    // 5 standard errors: sqrt(1/12 / DRAWS) of the mean, sqrt((1/80 - 1/144) / DRAWS) of the variance.
    expect(Math.abs(sum / DRAWS - 1 / 2)).toBeLessThan(0.0046);
    expect(Math.abs(squares / DRAWS - (sum / DRAWS) ** 2 - 1 / 12)).toBeLessThan(0.0012);
  });
});

describe('integersBetween', () => {
  it('draws each of a few values equally often', () => {
    const draw = integersBetween(7, -3, 3);
    const cells = Array.from({ length: 7 }, () => 0);
    for (let n = 0; n < DRAWS; n++) cells[draw(n) + 3]!++; // -3 .. 3
    expect(chiSquared(cells, DRAWS / 7)).toBeLessThan(chiSquaredBound(6));
  });

  it('stays within its bounds', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
        fc.nat(2 ** 40),
        fc.maxSafeNat(),
        (key, from, span, counter) => {
          const drawn = integersBetween(key, from, from + span)(counter);
          expect(Number.isSafeInteger(drawn)).toBe(true);
          expect(drawn).toBeGreaterThanOrEqual(from);
          expect(drawn).toBeLessThanOrEqual(from + span);
        },
      ),
    );
  });
});
