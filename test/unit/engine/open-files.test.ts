import { expect, test } from 'vitest';
import { LINUX } from '../../needs.ts';
import { testWith } from '../../services/binary.ts';
import { LoadbotError } from '../../../src/shared/errors.ts';
import { readOpenFiles, requireOpenFiles } from '../../../src/engine/open-files.ts';
import { placesOfThreads } from '../../../src/engine/place.ts';
import { planOf, requestJob } from './plans.ts';

const ALONE = placesOfThreads(1);
const files = { limit: 256, open: 20 };

test('adds up the jobs of a step, not of several steps', () => {
  const jobs = [0, 1, 2].map((index) => requestJob({ index, connections: 100 }));
  expect(() => requireOpenFiles(planOf(jobs), ALONE, files)).not.toThrow();
  expect(() => requireOpenFiles(planOf(jobs, { steps: [[0], [1, 2]] }), ALONE, files)).not.toThrow();
  expect(() => requireOpenFiles(planOf(jobs, { steps: [[0, 1, 2]] }), ALONE, files)).toThrow(LoadbotError);
});

test('reports the required number: open files, files of threads, one for each connection', () => {
  const job = requestJob({ connections: 300 });
  expect(() => requireOpenFiles(planOf([job]), placesOfThreads(2), files)).toThrow(
    '300 connections need 364 open files, but this process may open only 256',
  );
});

test('counts only connections of the load threads of this process', () => {
  const job = requestJob({ connections: 100_003 });
  const places = [3, 1999].map((rank) => ({ rank, of: 2000 }));
  // The first three of 2,000 threads have 51 connections, the others 50.
  expect(() => requireOpenFiles(planOf([job]), places, { limit: 163, open: 20 })).toThrow('100 connections need 164');
  expect(() => requireOpenFiles(planOf([job]), [{ rank: 2, of: 2000 }], { limit: 104, open: 20 })).toThrow(
    '51 connections need 105 open files',
  );
});

test('counts the sockets that connections over HTTP/2 share on each thread', () => {
  const job = requestJob({ connections: 1000 });
  const streams = (count: number): ReturnType<typeof planOf> =>
    planOf([{ ...job, http: { ...job.http, version: 2, streams: count } }]);
  expect(() => requireOpenFiles(streams(10), ALONE, files)).not.toThrow();
  expect(() => requireOpenFiles(streams(3), ALONE, files)).toThrow(
    '1000 connections over 334 sockets need 388 open files, but this process may open only 256',
  );
  // Each of three threads has 333 or 334 connections, and so 84 sockets.
  expect(() => requireOpenFiles(streams(4), placesOfThreads(3), files)).toThrow(
    '1000 connections over 252 sockets need 326 open files',
  );
});

test('counts both ends of each connection to the embedded target', () => {
  const plan = planOf([requestJob({ connections: 150 })], {
    target: { driver: 'embedded', url: 'embedded:', secretUrl: undefined },
  });
  expect(() => requireOpenFiles(plan, ALONE, files)).toThrow('need 354 open files');
});

test('refuses no run if the limit is unknown', () => {
  expect(() => requireOpenFiles(planOf([requestJob({ connections: 100_000 })]), ALONE, undefined)).not.toThrow();
});

testWith([LINUX], 'reads the limit of this process', () => {
  const found = readOpenFiles();
  expect(found?.open).toBeGreaterThan(2);
  expect(found?.limit).toBeGreaterThan(found?.open ?? 0);
});
