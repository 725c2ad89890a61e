import { describe, expect, it } from 'vitest';
import type { KeyChoice } from '../../../../src/plan/key-choice.ts';
import { fnvHash, createKeyPicker } from '../../../../src/data/keys/pick-key.ts';
import { createZeta } from '../../../../src/shared/zipfian.ts';
import { streamKey } from '../../../../src/shared/random.ts';
import fc from 'fast-check';
import { chiSquared, chiSquaredBound } from '../chi-squared.ts';

const DRAWS = 1_000_000;
const KEY = streamKey('keys test');
const THETA = 0.99;

/** How often each of `count` documents was chosen. */
function drawn(choice: KeyChoice, count: number): number[] {
  const pick = createKeyPicker(choice, KEY, count);
  const times = Array.from({ length: count }, () => 0);
  for (let sequence = 0; sequence < DRAWS; sequence++) times[pick(sequence, sequence, count)]!++; // all are below count
  return times;
}

/**
 * Probability of each rank by YCSB's ZipfianGenerator: the first two by Zipf's law, the others by the formula
 * `count * (eta * u - eta + 1) ^ (1 / (1 - theta))` turned round for the uniform u at which each rank begins.
 */
function zipfianShares(count: number, theta: number): number[] {
  const zeta = createZeta(theta)(count);
  const second = 1 + 0.5 ** theta;
  const eta = (1 - (2 / count) ** (1 - theta)) / (1 - second / zeta);
  const begins = (rank: number): number => {
    if (rank === 0) return 0;
    if (rank === 1) return 1 / zeta;
    const formula = ((rank / count) ** (1 - theta) - 1) / eta + 1;
    return rank === count ? 1 : Math.max(second / zeta, formula);
  };
  return Array.from({ length: count }, (_, rank) => begins(rank + 1) - begins(rank));
}

/** Merges neighbours until at least 20 draws are expected in each cell, which the chi-squared test needs. */
function cells(counts: readonly number[], shares: readonly number[]): { counts: number[]; expected: number[] } {
  const merged: { counts: number[]; expected: number[] } = { counts: [], expected: [] };
  let [count, expected] = [0, 0];
  for (const [index, share] of shares.entries()) {
    count += counts[index] ?? 0;
    expected += share * DRAWS;
    if (expected < 20) continue;
    merged.counts.push(count);
    merged.expected.push(expected);
    [count, expected] = [0, 0];
  }
  merged.counts[merged.counts.length - 1]! += count; // there are cells
  merged.expected[merged.expected.length - 1]! += expected; // there are cells
  return merged;
}

function expectShares(counts: readonly number[], shares: readonly number[]): void {
  const merged = cells(counts, shares);
  expect(merged.expected.reduce((sum, one) => sum + one, 0)).toBeCloseTo(DRAWS, 3);
  expect(chiSquared(merged.counts, merged.expected)).toBeLessThan(chiSquaredBound(merged.counts.length - 1));
}

const uniform: KeyChoice = { distribution: 'uniform' };
const zipfian: KeyChoice = { distribution: 'zipfian', theta: THETA, scrambled: false };
const scrambled: KeyChoice = { distribution: 'zipfian', theta: THETA, scrambled: true };
const latest: KeyChoice = { distribution: 'latest', theta: THETA };
const hotspot: KeyChoice = { distribution: 'hotspot', hotKeys: 0.2, hotOperations: 0.8 };

describe('a million draws pass a chi-squared test against their definition:', () => {
  it('uniform', () => {
    expectShares(
      drawn(uniform, 1000),
      Array.from({ length: 1000 }, () => 1 / 1000),
    );
  });

  it.each([2, 3, 10, 1000, 100_000])('zipfian over %i', (count) => {
    expectShares(drawn(zipfian, count), zipfianShares(count, THETA));
  });

  it.each([0.2, 0.5, 0.8])('zipfian of theta %d', (theta) => {
    expectShares(drawn({ ...zipfian, theta }, 1000), zipfianShares(1000, theta));
  });

  it.each([2, 10, 1000])('latest over %i: the same, from the newest document', (count) => {
    expectShares(drawn(latest, count).toReversed(), zipfianShares(count, THETA));
  });

  it('latest over a population that grows with every draw', () => {
    const pick = createKeyPicker(latest, KEY, 1000);
    // The rank's share follows from the size at the time, so each draw is turned into its rank's place in [0, 1).
    const times = Array.from({ length: 50 }, () => 0);
    const expected = times.map(() => 0);
    for (let size = 1000; size < 1100; size++) {
      const shares = zipfianShares(size, THETA);
      for (let index = 0; index < DRAWS / 100; index++) {
        const sequence = (size - 1000) * (DRAWS / 100) + index;
        const age = size - 1 - pick(sequence, sequence, size);
        times[Math.min(age, 49)]!++; // of 50 cells
      }
      for (const [age, share] of shares.entries()) expected[Math.min(age, 49)]! += (share * DRAWS) / 100; // of 50 cells
    }
    expect(chiSquared(times, expected)).toBeLessThan(chiSquaredBound(49));
  });

  it('scrambled zipfian: the first ranks of ten billion, hashed', () => {
    const count = 1000;
    const times = drawn(scrambled, count);
    const zeta = createZeta(THETA)(1e10 + 1);
    // Beyond its first two, a rank's share is that of the formula; what follows the first hundred is spread evenly.
    const eta = (1 - (2 / (1e10 + 1)) ** (1 - THETA)) / (1 - (1 + 0.5 ** THETA) / zeta);
    const begins = (rank: number): number => ((rank / (1e10 + 1)) ** (1 - THETA) - 1) / eta + 1;
    const top = 100_000;
    const shares = Array.from({ length: count }, () => (1 - begins(top)) / count);
    let before = 0;
    for (let rank = 0; rank < top; rank++) {
      const after = rank === 0 ? 1 / zeta : rank === 1 ? (1 + 0.5 ** THETA) / zeta : Math.max(before, begins(rank + 1));
      shares[fnvHash(rank, count)]! += after - before; // hashed below count
      before = after;
    }
    expectShares(times, shares);
  });

  it.each([
    [0.2, 0.8, 1000],
    [0.5, 0.5, 7],
    [0.01, 0.99, 200],
  ])('hotspot of %d of the keys in %d of the operations over %i', (hotKeys, hotOperations, count) => {
    const hot = Math.floor(count * hotKeys);
    const shares = Array.from({ length: count }, (_, index) =>
      index < hot ? hotOperations / hot : (1 - hotOperations) / (count - hot),
    );
    expectShares(drawn({ distribution: 'hotspot', hotKeys, hotOperations }, count), shares);
  });
});

describe('zipfian', () => {
  it('deviates less than 2 % from the exact cumulative distribution', () => {
    for (const count of [10, 1000, 100_000]) {
      const zeta = createZeta(THETA)(count);
      let [made, law, worst] = [0, 0, 0];
      for (const [rank, share] of zipfianShares(count, THETA).entries()) {
        made += share;
        law += (rank + 1) ** -THETA / zeta;
        worst = Math.max(worst, Math.abs(made - law));
      }
      expect(worst).toBeLessThan(0.02);
    }
  });
});

describe('at the edges', () => {
  it.each([uniform, zipfian, scrambled, latest, hotspot])('%j chooses the only document', (choice) => {
    const pick = createKeyPicker(choice, KEY, 1);
    for (let sequence = 0; sequence < 100; sequence++) expect(pick(sequence, sequence, 1)).toBe(0);
  });

  it.each([uniform, zipfian, scrambled, latest, hotspot])('%j stays within a growing population', (choice) => {
    const pick = createKeyPicker(choice, KEY, 3);
    for (let sequence = 0; sequence < 20_000; sequence++) {
      const count = 3 + (sequence >> 2);
      const place = pick(sequence, sequence, count);
      expect(Number.isInteger(place) && place >= 0 && place < count).toBe(true);
    }
  });

  it.each([
    [0, 0.8],
    [1, 0.2],
    [0.0001, 0.5],
  ])('hotspot of %d of the keys in %d of the operations is uniform', (hotKeys, hotOperations) => {
    expectShares(
      drawn({ distribution: 'hotspot', hotKeys, hotOperations }, 100),
      Array.from({ length: 100 }, () => 1 / 100),
    );
  });

  it('sequential cycles through all documents by ordinal', () => {
    const pick = createKeyPicker({ distribution: 'sequential' }, KEY, 3);
    expect([0, 1, 2, 3, 4].map((ordinal) => pick(ordinal * 7, ordinal, 3))).toEqual([0, 1, 2, 0, 1]);
  });
});

describe('scrambled zipfian', () => {
  it('keeps its popular documents popular while the population grows', () => {
    const pick = createKeyPicker(scrambled, KEY, 1000);
    const timesOver = (count: number): number[] => {
      const times = Array.from({ length: count }, () => 0);
      for (let sequence = 0; sequence < 20_000; sequence++) times[pick(sequence, sequence, count)]!++; // below count
      return times;
    };
    const few = timesOver(1001);
    const many = timesOver(1999);
    const favourite = few.indexOf(Math.max(...few));
    expect(few[favourite]).toBeGreaterThan(500);
    // It loses only the share of new documents, at most half.
    expect(many[favourite]).toBeGreaterThan((few[favourite] ?? 0) * 0.4);
  });
});

const MASK = 2n ** 64n - 1n;

/** The definition, in whole 64-bit numbers. */
function defined(value: number): bigint {
  let hash = 0xcbf29ce484222325n;
  for (let rest = BigInt(value), octet = 0; octet < 8; octet++, rest >>= 8n) {
    hash = ((hash ^ (rest & 255n)) * 1_099_511_628_211n) & MASK;
  }
  const signed = BigInt.asIntN(64, hash);
  return signed < 0n ? -signed : signed;
}

describe('fnvHash', () => {
  it('is the 64-bit hash without its sign, modulo a count', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.integer({ min: 1, max: 2 ** 37 }), (value, count) => {
        expect(fnvHash(value, count)).toBe(Number(defined(value) % BigInt(count)));
      }),
      { numRuns: 5000 },
    );
  });

  it.each([1, 2, 10, 1000, 2 ** 32, 2 ** 37])('is correct for small values modulo %i', (count) => {
    for (let value = 0; value < 500; value++)
      expect(fnvHash(value, count)).toBe(Number(defined(value) % BigInt(count)));
  });
});
