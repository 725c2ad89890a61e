import { describe, expect, test } from 'vitest';
import { DocumentLedger } from '../../../src/engine/document-ledger.ts';
import type { JobRunEnd } from '../../../src/engine/job-run-end.ts';
import type { RequestJobPlan } from '../../../src/plan/plan.ts';
import { requestJob } from './plans.ts';

/** Ends of load units that used all of their data sequences below these numbers, and none from them on. */
const ends = (...sequences: number[]): JobRunEnd[] =>
  sequences.map((sequence) => ({ planned: [0], endedMs: 0, usedBelow: sequence, noneFrom: sequence }));
/** End of a load unit without workers. */
const IDLE: JobRunEnd = { planned: [0], endedMs: 0, usedBelow: Infinity, noneFrom: 0 };

const reader = requestJob({ index: 9, type: 'read' });

/** Jobs that run beside one another, with what their threads report. */
function run(documents: DocumentLedger, ...jobs: readonly (readonly [RequestJobPlan, JobRunEnd[]])[]): void {
  documents.begin(jobs.map(([job]) => job));
  for (const [job, ended] of jobs) documents.completeJob(job, ended);
}

test('later jobs continue after the documents of earlier ones, and read them', () => {
  const documents = new DocumentLedger(1);
  run(documents, [requestJob({ type: 'write' }), ends(100)]);
  run(documents, [requestJob({ type: 'bulk_write', batchSize: 20 }), ends(5)]);
  expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 200, population: 200 });
});

test('with threads of different speed only documents below the slowest count as written', () => {
  const documents = new DocumentLedger(1);
  run(documents, [requestJob({ type: 'write' }), [...ends(90, 121), IDLE]]);
  expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 121, population: 90 });
  // There is a gap now, so later documents do not extend the known range.
  run(documents, [requestJob({ type: 'write' }), ends(50, 50)]);
  expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 171, population: 90 });
});

test('collections are independent', () => {
  const documents = new DocumentLedger(1);
  run(documents, [requestJob({ type: 'write', collection: 'a' }), ends(10)]);
  expect(documents.prepareJob(requestJob({ type: 'read', collection: 'b' })).population).toBe(0);
});

test('a dropped collection restarts', () => {
  const documents = new DocumentLedger(1);
  run(documents, [requestJob({ type: 'write' }), ends(10)]);
  run(documents, [requestJob({ type: 'drop_collection' }), ends(1)]);
  run(documents, [requestJob({ type: 'write' }), ends(4)]);
  expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 4, population: 4 });
});

test('documents from before the run are read, and writes continue after them', () => {
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

test('of a mixed job only writes create documents', () => {
  const documents = new DocumentLedger(1);
  const [read] = requestJob({ type: 'read' }).mix;
  const [write] = requestJob({ type: 'write' }).mix;
  if (read === undefined || write === undefined) throw new Error('a job has an operation');
  const job = { ...requestJob(), type: 'mixed' as const, mix: [{ ...read, weight: 3 }, write] };
  run(documents, [job, ends(400)]);
  expect(documents.prepareJob(job)).toMatchObject({ firstDocument: 100, population: 100 });
});

test('all documents of a job that several load units finished together are known', () => {
  const documents = new DocumentLedger(1);
  // 10 documents by 3 connections on 3 threads: 0, 3, 6, 9 and 1, 4, 7 and 2, 5, 8.
  const sequences = [
    [12, 10],
    [10, 8],
    [11, 9],
  ] as const;
  const used = sequences.map(([usedBelow, noneFrom]) => ({ planned: [0], endedMs: 0, usedBelow, noneFrom }));
  run(documents, [requestJob({ type: 'write' }), used]);
  expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 10, population: 10 });
  run(documents, [requestJob({ type: 'write' }), ends(5)]);
  expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 15, population: 15 });
});

test('a job of which no request was sent writes nothing', () => {
  const documents = new DocumentLedger(1);
  run(documents, [requestJob({ type: 'write' }), ends(10)]);
  run(documents, [requestJob({ type: 'write' }), [{ planned: [0], endedMs: 0, usedBelow: 1, noneFrom: 0 }, IDLE]]);
  expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 10, population: 10 });
});

test('only a job that writes and reads has watermarks', () => {
  const documents = new DocumentLedger(1);
  const [read] = requestJob({ type: 'read' }).mix;
  const [write] = requestJob({ type: 'bulk_write' }).mix;
  if (read === undefined || write === undefined) throw new Error('a job has an operation');
  const hasWatermarks = (mix: readonly (typeof read)[]): boolean =>
    documents.prepareJob({ ...requestJob({ connections: 5 }), type: 'mixed', mix }).readsOwnWrites;
  expect(
    [
      [read, write],
      [read, read],
      [write, write],
    ].map(hasWatermarks),
  ).toEqual([true, false, false]);
});

describe('concurrent jobs that write to one collection', () => {
  const writer = (index: number, changes = {}): RequestJobPlan => requestJob({ index, ...changes });

  test('alternate its numbers', () => {
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

  test('count their documents as written when all have ended', () => {
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

  test('have gaps among the documents beyond those of the slowest', () => {
    const documents = new DocumentLedger(1);
    run(documents, [writer(1), ends(3)], [writer(2), ends(10)]);
    // Written are 0, 2, 4 and 1, 3, 5 up to 19.
    expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 20, population: 6 });
  });

  test('have a gap from the first number of a job that never ran', () => {
    const documents = new DocumentLedger(1);
    documents.begin([writer(1), writer(2)]);
    documents.completeJob(writer(2), ends(10));
    expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 20, population: 0 });
  });

  test('restart at 0 after a concurrent drop', () => {
    const documents = new DocumentLedger(1);
    run(documents, [writer(0), ends(10)]);
    const drop = requestJob({ index: 3, type: 'drop_collection' });
    run(documents, [drop, ends(1)], [writer(1), ends(4)], [writer(2), ends(4)]);
    expect(documents.prepareJob(reader)).toMatchObject({ firstDocument: 8, population: 8 });
  });
});

describe('deletes', () => {
  const oldest = requestJob({ index: 4, type: 'delete', keys: { distribution: 'sequential' } });

  function filled(): DocumentLedger {
    const documents = new DocumentLedger(1);
    run(documents, [requestJob({ type: 'write' }), ends(100)]);
    return documents;
  }

  test('of the oldest documents leave the others to later jobs', () => {
    const documents = filled();
    run(documents, [oldest, ends(30, 41)]);
    expect(documents.prepareJob(reader)).toMatchObject({ population: 100, oldest: 30 });
    run(documents, [oldest, ends(20)]);
    expect(documents.prepareJob(reader)).toMatchObject({ population: 100, oldest: 50 });
  });

  test('beyond the last document delete none of those that are written afterwards', () => {
    const documents = filled();
    run(documents, [oldest, ends(300)]);
    expect(documents.prepareJob(reader)).toMatchObject({ population: 100, oldest: 100 });
    run(documents, [requestJob({ type: 'write' }), ends(10)]);
    expect(documents.prepareJob(reader)).toMatchObject({ population: 110, oldest: 100 });
  });

  test('of other documents are not tracked: later jobs may select them', () => {
    const documents = filled();
    run(documents, [requestJob({ type: 'delete', keys: { distribution: 'uniform' } }), ends(30)]);
    run(documents, [requestJob({ type: 'delete', keys: { distribution: 'sequential' }, filter: { a: 1 } }), ends(30)]);
    expect(documents.prepareJob(reader)).toMatchObject({ oldest: 0 });
  });

  test('end with the collection', () => {
    const documents = filled();
    run(documents, [oldest, ends(30)]);
    run(documents, [requestJob({ type: 'drop_collection' }), ends(1)]);
    expect(documents.prepareJob(reader)).toMatchObject({ population: 0, oldest: 0 });
  });
});
