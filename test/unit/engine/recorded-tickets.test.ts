import { describe, expect, test } from 'vitest';
import { createRecordedRate } from '../../../src/engine/recorded-rate.ts';
import { RecordedTickets } from '../../../src/engine/recorded-tickets.ts';
import { recordedPacing } from './plans.ts';
import { ThreadPartition } from '../../../src/engine/thread-partition.ts';
import { onlyOperation, peakRecordedRate, type RecordedPacing } from '../../../src/plan/recorded.ts';

const TIMES = [0, 5, 5, 120.25, 3000, 3000.5, 9999];

/** Tickets of all threads until a number, by number. */
function drawAll(pacing: RecordedPacing, threads: number, connections: number, count: number): (readonly number[])[] {
  const drawn = Array.from({ length: threads }, (_, thread) => {
    const tickets = new RecordedTickets(pacing, new ThreadPartition(thread, threads, connections));
    const own: (readonly number[])[] = [];
    for (; tickets.sequence < count; tickets.advance()) own.push([tickets.sequence, tickets.intendedMs]);
    return own;
  });
  return drawn.flat().toSorted(([a = 0], [b = 0]) => a - b);
}

describe('RecordedTickets', () => {
  test.each([
    [1, 1],
    [2, 5],
    [4, 4],
  ])('are due at the recorded times, each once, on %i threads with %i connections', (threads, connections) => {
    const expected = TIMES.map((time, sequence) => [sequence, time]);
    expect(drawAll(recordedPacing(TIMES), threads, connections, TIMES.length)).toEqual(expected);
  });

  test('are never due after the last request', () => {
    const [, last] = drawAll(recordedPacing([0]), 1, 1, 2);
    expect(last).toEqual([1, Infinity]);
  });

  test('begin again after a round', () => {
    const due = drawAll(recordedPacing([0, 10, 40], 50), 2, 2, 8).map(([, time]) => time);
    expect(due).toEqual([0, 10, 40, 50, 60, 90, 100, 110]);
  });
});

describe('the rate of recorded requests', () => {
  test('is the number of requests in the second around a time', () => {
    const rate = createRecordedRate(recordedPacing(TIMES));
    expect([0, 400, 1000, 3000, 5000, 9999].map(rate)).toEqual([4, 4, 0, 2, 0, 1]);
  });

  test('continues in each round', () => {
    const rate = createRecordedRate(recordedPacing([0, 100, 200], 1000));
    expect([5000, 5100, 5300, 5700].map(rate)).toEqual([3, 3, 3, 3]);
  });

  test('has a peak within any second', () => {
    expect(peakRecordedRate(recordedPacing(TIMES))).toBe(4);
    expect(peakRecordedRate(recordedPacing([0, 999, 1998, 2000]))).toBe(2);
  });
});

test('the first request of an operation alone is that of the first operation', () => {
  const operations = new SharedArrayBuffer(6);
  new Uint16Array(operations).set([0, 1, 1]);
  const rows = new SharedArrayBuffer(16);
  new Uint32Array(rows).set([0, 2, 1, 0]);
  const { requests, ...rest } = onlyOperation(
    { requests: undefined as never, operations, rows, order: 'recorded', repeats: false, file: 'a', leftOut: [] },
    1,
  );
  expect(requests).toBeUndefined();
  expect([...new Uint32Array(rest.rows)]).toEqual([2]);
  expect([...new Uint16Array(rest.operations)]).toEqual([0, 0, 0]);
});
