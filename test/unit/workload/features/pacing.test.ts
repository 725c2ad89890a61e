import { expect, test } from 'vitest';
import type { Pacing } from '../../../../src/plan/plan.ts';
import { planJob } from '../planning.ts';

async function pacingOf(job: object): Promise<Pacing> {
  return (await planJob(job)).pacing;
}

test('is unlimited without a pace', async () => {
  expect(await pacingOf({})).toEqual({ kind: 'unlimited' });
});

test.each([
  [500, 500],
  [0.5, 0.5],
  ['1800/h', 0.5],
])('a pace of %j is %d per second', async (pace, perSecond) => {
  expect(await pacingOf({ pace })).toEqual({
    kind: 'paced',
    segments: [{ durationMs: 0, fromRate: perSecond, toRate: perSecond }],
    arrival: 'even',
  });
});

test('a stage ramps from the rate of the previous one, the first from 0; without a duration it is a step', async () => {
  const list = [
    { duration: '10s', pace: 500 },
    { duration: '1m', pace: '30000/m' },
    { duration: '0s', pace: 2000 },
    { duration: '500ms', pace: 1000 },
    { duration: '1s', pace: 0, from: '60/m' },
  ];
  expect(await pacingOf({ stages: list })).toMatchObject({
    segments: [
      { durationMs: 10_000, fromRate: 0, toRate: 500 },
      { durationMs: 60_000, fromRate: 500, toRate: 500 },
      { durationMs: 0, fromRate: 2000, toRate: 2000 },
      { durationMs: 500, fromRate: 2000, toRate: 1000 },
      { durationMs: 1000, fromRate: 1, toRate: 0 },
    ],
  });
});

test('the first stage may start at another rate', async () => {
  expect(await pacingOf({ stages: [{ duration: '1s', pace: 5, from: 3 }] })).toMatchObject({
    segments: [{ durationMs: 1000, fromRate: 3, toRate: 5 }],
  });
});
