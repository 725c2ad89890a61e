import { describe, expect, test } from 'vitest';
import { findHighestPace, type PaceRange } from '../../../src/search/find-highest-pace.ts';

/** Searches a target that holds every pace up to its capacity; returns the probed paces, too. */
async function search(
  capacity: number,
  { from = 100, to = 1e6, precision = 0.05 } = {},
): Promise<PaceRange & { readonly probed: readonly number[] }> {
  const probed: number[] = [];
  const range = await findHighestPace({ from, to, precision }, async (pace) => {
    probed.push(pace);
    return pace <= capacity;
  });
  return { ...range, probed };
}

describe('the search for the highest pace', () => {
  test('doubles, then bisects to the precision', async () => {
    const { holds, fails, probed } = await search(730);
    expect(probed).toEqual([100, 200, 400, 800, 600, 700, 750, 725]);
    expect([holds, fails]).toEqual([725, 750]);
  });

  test.each([
    [100, 0.05],
    [101, 0.01],
    [12_345, 0.01],
    [54_321, 0.2],
    [399, 0.05],
    [999_999, 0.02],
  ])('encloses a capacity of %d with a precision of %d', async (capacity, precision) => {
    const { holds = NaN, fails = NaN } = await search(capacity, { precision });
    expect(holds).toBeLessThanOrEqual(capacity);
    expect(fails).toBeGreaterThan(capacity);
    expect(fails / holds - 1).toBeLessThanOrEqual(precision + 1e-9);
  });

  test('has no answer when the first pace fails, and probes no other', async () => {
    expect(await search(99)).toEqual({ holds: undefined, fails: 100, probed: [100] });
  });

  test('ends at the highest allowed pace', async () => {
    expect(await search(1e9, { from: 300, to: 1000 })).toEqual({
      holds: 1000,
      fails: undefined,
      probed: [300, 600, 1000],
    });
  });

  test('finds paces below one request a second', async () => {
    const { holds = NaN, fails = NaN } = await search(0.33, { from: 0.1 });
    expect(holds).toBeLessThanOrEqual(0.33);
    expect(fails).toBeGreaterThan(0.33);
    expect(fails / holds).toBeLessThanOrEqual(1.05);
  });
});
