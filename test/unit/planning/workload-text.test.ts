import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { toWorkloadText } from '../../../src/planning/workload-text.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';

function problemsOf(workload: unknown): readonly string[] {
  try {
    toWorkloadText(workload, 'workload');
    return [];
  } catch (error) {
    if (!(error instanceof LoadbotError)) throw error;
    return error.problems.length === 0
      ? [error.message]
      : error.problems.map(({ path, message }) => `${path} ${message}`);
  }
}

test('leaves out fields that are undefined', () => {
  expect(toWorkloadText({ name: undefined, jobs: [{ pace: 5 }] }, 'workload')).toBe('{"jobs":[{"pace":5}]}');
});

test('accepts objects of another realm', () => {
  expect(problemsOf(runInNewContext('({ jobs: [{ pace: 5 }] })'))).toEqual([]);
});

test('reports every value that JSON would drop, change or not hold, with its path', () => {
  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  const jobs = [{ pace: NaN, operations: 5n, name: () => 1, at: new Date(0), tags: new Map(), who: Symbol('a') }];
  expect(problemsOf({ jobs, cyclic })).toEqual([
    'jobs[0].pace is NaN, which a workload cannot hold',
    'jobs[0].operations is a BigInt, which a workload cannot hold',
    'jobs[0].name is a function, which a workload cannot hold',
    'jobs[0].at is an instance of Date, which a workload cannot hold',
    'jobs[0].tags is an instance of Map, which a workload cannot hold',
    'jobs[0].who is a symbol, which a workload cannot hold',
    'cyclic.self is an object around it, which a workload cannot hold',
  ]);
});

test('accepts one object at several places', () => {
  const http = { path: '/' };
  expect(problemsOf({ jobs: [{ http }, { http }] })).toEqual([]);
});

test.each([[[]], ['text'], [null], [undefined], [() => ({})]])('refuses %j, which is not an object', (workload) => {
  expect(problemsOf(workload)).toEqual(['workload: a workload is an object: { connection_string: ..., jobs: [...] }']);
});
