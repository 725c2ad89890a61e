import { describe, expect, test } from 'vitest';
import { DocumentLedger } from '../../../src/engine/document-ledger.ts';
import type { JobRunEnd } from '../../../src/engine/job-run.ts';
import type { RequestJobPlan } from '../../../src/plan/plan.ts';
import { requestJob } from './plans.ts';

const ends = (...nextSequences: number[]): JobRunEnd[] =>
  nextSequences.map((nextSequence) => ({ planned: [0], endedMs: 0, nextSequence }));

const reader = requestJob({ index: 9, type: 'read' });

/** Jobs that run beside one another, with what their threads report. */
function run(documents: DocumentLedger, ...jobs: readonly (readonly [RequestJobPlan, JobRunEnd[]])[]): void {
  documents.begin(jobs.map(([job]) => job));
  for (const [job, ended] of jobs) documents.completeJob(job, ended);
}

test('later jobs write on where earlier ones ended, and read what is there', () => {
  const documents = new DocumentLedger(1);
  run(documents, [requestJob({ type: 'write' }), ends(100)]);
  run(documents, [requestJob({ type: 'bulk_write', batchSize: 20 }), ends(5)]);
  expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 200, population: 200 });
});

test('with threads of different speed only what all have passed is there for certain', () => {
  const documents = new DocumentLedger(1);
  run(documents, [requestJob({ type: 'write' }), ends(90, 121, 0)]);
  expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 121, population: 90 });
  // There is a gap now, so what comes after it does not extend what is known.
  run(documents, [requestJob({ type: 'write' }), ends(50, 50)]);
  expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 171, population: 90 });
});

test('collections have nothing to do with each other', () => {
  const documents = new DocumentLedger(1);
  run(documents, [requestJob({ type: 'write', collection: 'a' }), ends(10)]);
  expect(documents.prepareJob(requestJob({ type: 'read', collection: 'b' })).population).toBe(0);
});

test('a collection that was dropped begins anew', () => {
  const documents = new DocumentLedger(1);
  run(documents, [requestJob({ type: 'write' }), ends(10)]);
  run(documents, [requestJob({ type: 'drop_collection' }), ends(1)]);
  run(documents, [requestJob({ type: 'write' }), ends(4)]);
  expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 4, population: 4 });
});

test('what was there before the run is read, and written on from', () => {
  const documents = new DocumentLedger(1);
  const existing = { existing: 500 };
  expect(documents.prepareJob(requestJob({ type: 'read', ...existing }))).toMatchObject({ population: 500 });
  run(documents, [requestJob({ type: 'write', ...existing }), ends(20)]);
  expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 520, population: 520 });
  run(documents, [requestJob({ type: 'drop_collection', ...existing }), ends(1)]);
  expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 0, population: 0 });
});

test('reads and updates write nothing', () => {
  const documents = new DocumentLedger(1);
  run(documents, [requestJob({ type: 'read' }), ends(10)]);
  run(documents, [requestJob({ type: 'update' }), ends(10)]);
  expect(documents.prepareJob(requestJob({ type: 'write' }))).toMatchObject({ firstDocument: 0, population: 0 });
});

test('of a mixed job only the writes make documents', () => {
  const documents = new DocumentLedger(1);
  const [read] = requestJob({ type: 'read' }).mix;
  const [write] = requestJob({ type: 'write' }).mix;
  if (read === undefined || write === undefined) throw new Error('a job has an operation');
  const job = { ...requestJob(), type: 'mixed' as const, mix: [{ ...read, weight: 3 }, write] };
  run(documents, [job, ends(400)]);
  expect(documents.prepareJob(job)).toMatchObject({ firstDocument: 100, population: 100 });
});

test('only a job that reads what it writes has its writes watched, by a number for each thread that has a worker', () => {
  const documents = new DocumentLedger(1);
  const [read] = requestJob({ type: 'read' }).mix;
  const [write] = requestJob({ type: 'bulk_write' }).mix;
  if (read === undefined || write === undefined) throw new Error('a job has an operation');
  const marksOf = (mix: readonly (typeof read)[]): number | undefined =>
    documents.prepareJob({ ...requestJob({ connections: 5 }), type: 'mixed', mix }).writes?.byteLength;
  expect(
    [
      [read, write],
      [read, read],
      [write, write],
    ].map(marksOf),
  ).toEqual([40, undefined, undefined]);
});

describe('jobs that write to one collection beside one another', () => {
  const writer = (index: number, changes = {}): RequestJobPlan => requestJob({ index, ...changes });

  test('take turns with its numbers', () => {
    const documents = new DocumentLedger(1);
    run(documents, [writer(0), ends(10)]);
    const others = [requestJob({ index: 3, collection: 'd' }), reader];
    documents.begin([writer(1), ...others, writer(2)]);
    expect([writer(1), writer(2), ...others].map((job) => documents.prepareJob(job))).toMatchObject([
      { firstDocument: 10, documentStride: 2, population: 10 },
      { firstDocument: 11, documentStride: 2, population: 10 },
      { firstDocument: 0, documentStride: 1, population: 0 },
      { population: 10 },
    ]);
    documents.begin([writer(4)]);
    expect(documents.prepareJob(writer(4)).documentStride).toBe(1);
  });

  test('what they all have written is known once all are over', () => {
    const documents = new DocumentLedger(1);
    const [a, b] = [writer(1), writer(2, { type: 'bulk_write', batchSize: 5 })];
    documents.begin([a, b]);
    documents.completeJob(a, ends(500));
    expect(documents.prepareJob(reader).population).toBe(1);
    documents.completeJob(b, ends(100));
    expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 1000, population: 1000 });
    run(documents, [writer(3), ends(7)]);
    expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 1007, population: 1007 });
  });

  test('beyond what the slowest has written there are gaps', () => {
    const documents = new DocumentLedger(1);
    run(documents, [writer(1), ends(3)], [writer(2), ends(10)]);
    // Written are 0, 2, 4 and 1, 3, 5 up to 19.
    expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 20, population: 6 });
  });

  test('one that never ran leaves a gap from its first number on', () => {
    const documents = new DocumentLedger(1);
    documents.begin([writer(1), writer(2)]);
    documents.completeJob(writer(2), ends(10));
    expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 20, population: 0 });
  });

  test('a drop beside them begins the collection anew', () => {
    const documents = new DocumentLedger(1);
    run(documents, [writer(0), ends(10)]);
    const drop = requestJob({ index: 3, type: 'drop_collection' });
    run(documents, [drop, ends(1)], [writer(1), ends(4)], [writer(2), ends(4)]);
    expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 8, population: 8 });
  });
});
