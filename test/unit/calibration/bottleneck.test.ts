import { expect, test } from 'vitest';
import { findBottleneck } from '../../../src/calibration/bottleneck.ts';
import { noopValidity } from '../../../src/validity/finding.ts';

const of = (processSeconds: number, machineShare: number, throttled = 0) => ({
  elapsedMs: 2000,
  cpu: { processSeconds, machineShare },
  validity: { ...noopValidity, peaks: { throttled } },
});

test.each([
  ['one busy thread', of(1.8, 0.95), 1, 'agent'],
  ['two threads that are half busy, on a busy machine', of(1.8, 0.95), 2, 'machine'],
  ['two threads that are half busy, on an idle machine', of(1.8, 0.5), 2, 'target'],
  ['a quota', of(1, 0.5, 0.1), 1, 'machine'],
  ['a system that does not tell', of(1, NaN), 1, 'target'],
])('%s', (_, played, threads, limit) => {
  expect(findBottleneck(played, threads)).toBe(limit);
});
