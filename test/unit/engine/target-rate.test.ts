import { expect, test } from 'vitest';
import { createTargetRate } from '../../../src/engine/rate-curve.ts';
import { sendsRequests } from '../../../src/plan/plan.ts';
import { plan } from '../workload/planning.ts';
import { EXISTING_DOCUMENTS } from '../../existing-documents.ts';

async function jobOf(job: object) {
  const { jobs } = await plan({
    connection_string: 'embedded:',
    jobs: [{ collection: 'c', ...job }],
    schemas: [EXISTING_DOCUMENTS],
  });
  const [first] = jobs;
  if (first === undefined || !sendsRequests(first)) throw new Error('no job');
  return first;
}

test('a constant pace has its rate from the end of the warm-up to the end of the job', async () => {
  const targetRate = createTargetRate(await jobOf({ type: 'read', pace: 500, duration: '10s', warm_up: '2s' }), {
    type: 'read',
    step: '',
  });
  expect([-1, 0, 9999, 10_000].map((elapsedMs) => targetRate?.(elapsedMs))).toEqual([0, 500, 500, 0]);
});

test('stages have their current rate', async () => {
  const stages = [
    { duration: '10s', pace: 100 },
    { duration: '5s', pace: 100 },
  ];
  const targetRate = createTargetRate(await jobOf({ type: 'read', stages }), { type: 'read', step: '' });
  expect(targetRate?.(5000)).toBeCloseTo(50, 9);
  expect(targetRate?.(12_000)).toBeCloseTo(100, 9);
});

test('the types of a mixed job share the rate by weight', async () => {
  const job = await jobOf({ type: 'mixed', mixed: { read: 90, update: 10 }, pace: 200 });
  expect(createTargetRate(job, { type: 'read', step: '' })?.(1)).toBeCloseTo(180, 9);
  expect(createTargetRate(job, { type: 'update', step: '' })?.(1)).toBeCloseTo(20, 9);
});

test('a job without a pace has no target rate', async () => {
  expect(createTargetRate(await jobOf({ type: 'read' }), { type: 'read', step: '' })).toBeUndefined();
});
