import { expect, test } from 'vitest';
import { detectIssues } from '../../../src/validity/detect-issues.ts';
import { brief, buildJobWindow, buildThread, buildWindow, late } from './windows.ts';

const four = <T>(one: T): T[] => [one, one, one, one];

test('four good seconds give no issues', () => {
  expect(detectIssues(four(buildWindow()))).toEqual([]);
});

test('a neighbour that takes the CPU explains sends that are only a few milliseconds late', () => {
  const jobs = [buildJobWindow({ sent: [{ count: 100, lagMs: 6, serviceMs: 4 }] })];
  const threads = [buildThread({ cpuWait: 0.5, ...late(6, 0.2) })];
  expect(detectIssues(four(buildWindow({ jobs, threads }))).map(brief)).toEqual(['invalid starved 0.5']);
  // Without the other process they are normal scheduling, and without late sends the other process is harmless.
  expect(detectIssues(four(buildWindow({ jobs, threads: [buildThread(late(6, 0.2))] })))).toEqual([]);
  expect(detectIssues(four(buildWindow({ threads })))).toHaveLength(1);
  expect(detectIssues(four(buildWindow({ threads }))).map(brief)).toEqual(['note starved 0.5']);
});

test('a blocked thread is not also reported as saturated', () => {
  const threads = [buildThread({ blocked: 0.3, utilization: 1 })];
  expect(detectIssues(four(buildWindow({ threads }))).map(brief)).toEqual(['invalid blocked 0.3']);
});
