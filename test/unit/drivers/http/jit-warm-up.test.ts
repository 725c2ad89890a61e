import { expect, test } from 'vitest';
import { warmUpJit } from '../../../../src/drivers/http/jit-warm-up.ts';

test('leaves no handles open', async () => {
  const open = (): string[] => process.getActiveResourcesInfo().filter((name) => /^(TCP|Timeout)/.test(name));
  const before = open();
  await warmUpJit();
  await expect.poll(open).toEqual(before);
});

test('returns the durations of its later requests', async () => {
  const floor = await warmUpJit();
  expect(floor?.samples).toBe(200);
  expect(floor?.p50Seconds).toBeGreaterThan(0);
  expect(floor?.p50Seconds).toBeLessThanOrEqual(floor?.p99Seconds ?? 0);
});
