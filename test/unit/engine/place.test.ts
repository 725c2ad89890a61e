import { expect, test } from 'vitest';
import { connectsAtOnce } from '../../../src/engine/connect-limit.ts';
import { connectionsOfPlaces, placesOfThreads } from '../../../src/engine/place.ts';
import { prepareLimits } from '../../../src/engine/time-limits.ts';
import { planOf, requestJob } from './plans.ts';

test('the places of one process have all connections of a run', () => {
  const plan = planOf([requestJob({ connections: 7 }), requestJob({ index: 1, connections: 5 })], { steps: [[0, 1]] });
  for (const threads of [1, 2, 3, 20]) expect(connectionsOfPlaces(plan, placesOfThreads(threads))).toBe(12);
});

test('the places of several processes divide the connections of each job without a remainder', () => {
  const plan = planOf([requestJob({ connections: 1003 }), requestJob({ index: 1, connections: 5 })], {
    steps: [[0, 1]],
  });
  const places = placesOfThreads(300);
  const processes = [places.slice(0, 7), places.slice(7, 100), places.slice(100)];
  const counts = processes.map((process) => connectionsOfPlaces(plan, process));
  // 103 threads have 4 connections of the first job, 197 have 3; 5 threads have one of the second.
  expect(counts).toEqual([4 * 7 + 5, 4 * 93, 4 * 3 + 3 * 197]);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1008);
});

test('all threads of a run together open at most 256 connections at once, or one each', () => {
  expect([1, 2, 8, 9, 64, 200, 256, 257, 2000].map(connectsAtOnce)).toEqual([32, 32, 32, 28, 4, 1, 1, 1, 1]);
});

test('a thread may take the timeout of each batch of its own connections to open them', () => {
  const plan = planOf([requestJob({ connections: 1000, timeoutMs: 5000 })]);
  // 1,000 connections, 32 at once: 32 batches. 63 connections, 16 at once: 4 batches. One connection: one.
  const answers = [
    { rank: 0, of: 1 },
    { rank: 0, of: 16 },
    { rank: 1, of: 1000 },
    { rank: 1000, of: 2000 },
  ].map((place) => prepareLimits(plan, 0, place).answerMs);
  expect(answers).toEqual([32, 4, 1, 0].map((batches) => 60_000 + batches * 5000 + 1000 * 10));
});
