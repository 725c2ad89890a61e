import { expect, test } from 'vitest';
import { LINUX } from '../../needs.ts';
import { testWith } from '../../services/binary.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';
import { readOpenFiles, requireOpenFiles } from '../../../src/engine/open-files.ts';
import { planOf, requestJob } from './plans.ts';

const files = { limit: 256, open: 20 };

test('adds up the jobs of a step, not of several steps', () => {
  const jobs = [0, 1, 2].map((index) => requestJob({ index, connections: 100 }));
  expect(() => requireOpenFiles(planOf(jobs), files)).not.toThrow();
  expect(() => requireOpenFiles(planOf(jobs, { steps: [[0], [1, 2]] }), files)).not.toThrow();
  expect(() => requireOpenFiles(planOf(jobs, { steps: [[0, 1, 2]] }), files)).toThrow(LoadbotError);
});

test('reports the required number: open files, files of threads, one for each connection', () => {
  const job = requestJob({ connections: 300 });
  expect(() => requireOpenFiles(planOf([job], { threads: 2 }), files)).toThrow(
    '300 connections need 364 open files, but this process may open only 256',
  );
});

test('counts both ends of each connection to the embedded target', () => {
  const plan = planOf([requestJob({ connections: 150 })], {
    target: { driver: 'embedded', url: 'embedded:', secretUrl: undefined },
  });
  expect(() => requireOpenFiles(plan, files)).toThrow('need 354 open files');
});

test('refuses no run if the limit is unknown', () => {
  expect(() => requireOpenFiles(planOf([requestJob({ connections: 100_000 })]), undefined)).not.toThrow();
});

testWith([LINUX], 'reads the limit of this process', () => {
  const found = readOpenFiles();
  expect(found?.open).toBeGreaterThan(2);
  expect(found?.limit).toBeGreaterThan(found?.open ?? 0);
});
