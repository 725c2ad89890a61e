import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findKnee } from '../../../src/calibration/find-knee.ts';

/** A machine that keeps every rate up to its knee. */
const upTo = (knee: number) => (rate: number) => Promise.resolve(rate <= knee);

test('finds the knee between two rates that differ by 3 % of the maximum', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1000, max: 200_000 }),
      fc.double({ min: 0.05, max: 0.99, noNaN: true }),
      async (max, share) => {
        const knee = max * share;
        const { holds = 0, fails } = await findKnee(max, upTo(knee));
        expect(holds).toBeLessThanOrEqual(knee);
        expect(fails).toBeGreaterThan(knee);
        expect((fails - holds) / max).toBeLessThan(0.045); // 1/32, and rates of three digits
      },
    ),
  );
});

test('repeats a single failure', async () => {
  let tries = 0;
  const knee = await findKnee(100_000, async (rate) => ++tries % 2 === 0 && rate <= 80_000);
  expect(knee).toEqual({ holds: 78_200, fails: 81_300 });
  expect(tries).toBe(10);
});

test('reports only rates that held, despite random failures', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }), async (hiccups) => {
      const held = new Set<number>();
      let tries = 0;
      const { holds, fails } = await findKnee(50_000, async (rate) => {
        const isKept = rate <= 30_000 && hiccups[tries++] !== true;
        if (isKept) held.add(rate);
        return isKept;
      });
      if (holds !== undefined) expect([...held]).toContain(holds);
      expect(holds ?? 0).toBeLessThan(fails);
      expect(holds ?? 0).toBeLessThanOrEqual(30_000);
    }),
  );
});

test('reports no knee but the lowest tried rate if no rate held', async () => {
  expect(await findKnee(32_000, upTo(0))).toEqual({ holds: undefined, fails: 1000 });
});
