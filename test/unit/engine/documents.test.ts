import { expect, test } from 'vitest';
import { Documents } from '../../../src/engine/documents.ts';
import type { JobRunEnd } from '../../../src/engine/job-run.ts';
import { requestJob } from './plans.ts';

const ends = (...nextSequences: number[]): JobRunEnd[] =>
  nextSequences.map((nextSequence) => ({ planned: [0], endedMs: 0, nextSequence }));

test('later jobs write on where earlier ones ended, and read what is there', () => {
  const documents = new Documents(1);
  documents.after(requestJob({ type: 'write' }), ends(100));
  documents.after(requestJob({ type: 'bulk_write', batchSize: 20 }), ends(5));
  expect(documents.before(requestJob({ type: 'read' }))).toEqual({ firstDocument: 200, population: 200 });
});

test('with threads of different speed only what all have passed is there for certain', () => {
  const documents = new Documents(1);
  documents.after(requestJob({ type: 'write' }), ends(90, 121, 0));
  expect(documents.before(requestJob({ type: 'read' }))).toEqual({ firstDocument: 121, population: 90 });
  // There is a gap now, so what comes after it does not extend what is known.
  documents.after(requestJob({ type: 'write' }), ends(50, 50));
  expect(documents.before(requestJob({ type: 'read' }))).toEqual({ firstDocument: 171, population: 90 });
});

test('collections have nothing to do with each other', () => {
  const documents = new Documents(1);
  documents.after(requestJob({ type: 'write', collection: 'a' }), ends(10));
  expect(documents.before(requestJob({ type: 'read', collection: 'b' })).population).toBe(0);
});

test('a collection that was dropped begins anew', () => {
  const documents = new Documents(1);
  documents.after(requestJob({ type: 'write' }), ends(10));
  documents.after(requestJob({ type: 'drop_collection' }), ends(1));
  documents.after(requestJob({ type: 'write' }), ends(4));
  expect(documents.before(requestJob({ type: 'read' }))).toEqual({ firstDocument: 4, population: 4 });
});

test('reads and updates write nothing', () => {
  const documents = new Documents(1);
  documents.after(requestJob({ type: 'read' }), ends(10));
  documents.after(requestJob({ type: 'update' }), ends(10));
  expect(documents.before(requestJob({ type: 'write' }))).toEqual({ firstDocument: 0, population: 0 });
});

test('of a mixed job only the writes make documents', () => {
  const documents = new Documents(1);
  const [read] = requestJob({ type: 'read' }).mix;
  const [write] = requestJob({ type: 'write' }).mix;
  if (read === undefined || write === undefined) throw new Error('a job has an operation');
  const job = { ...requestJob(), type: 'mixed' as const, mix: [{ ...read, weight: 3 }, write] };
  documents.after(job, ends(400));
  expect(documents.before(job)).toMatchObject({ firstDocument: 100, population: 100 });
});

test('only a job that reads what it writes has its writes watched, by a number for each thread that has a worker', () => {
  const documents = new Documents(1);
  const [read] = requestJob({ type: 'read' }).mix;
  const [write] = requestJob({ type: 'bulk_write' }).mix;
  if (read === undefined || write === undefined) throw new Error('a job has an operation');
  const marksOf = (mix: readonly (typeof read)[]): number | undefined =>
    documents.before({ ...requestJob({ connections: 5 }), type: 'mixed', mix }).writes?.byteLength;
  expect(
    [
      [read, write],
      [read, read],
      [write, write],
    ].map(marksOf),
  ).toEqual([40, undefined, undefined]);
});
