import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ThreadPartition } from '../../../src/engine/thread-partition.ts';

const splits = fc.record({ threads: fc.integer({ min: 1, max: 9 }), connections: fc.integer({ min: 1, max: 40 }) });

function sharesOf({ threads, connections }: { threads: number; connections: number }): ThreadPartition[] {
  return Array.from({ length: threads }, (_, thread) => new ThreadPartition(thread, threads, connections));
}

describe('Share', () => {
  test('7 operations over 2 threads are 4 and 3', () => {
    const shares = sharesOf({ threads: 2, connections: 2 });
    expect(shares.map((share) => share.countOf(7))).toEqual([4, 3]);
  });

  test('a thread with twice the workers gets twice the tickets', () => {
    const shares = sharesOf({ threads: 2, connections: 3 });
    expect(shares.map((share) => share.workers)).toEqual([2, 1]);
    expect(shares.map((share) => share.countOf(300))).toEqual([200, 100]);
  });

  test('more threads than connections leave some without work', () => {
    expect(sharesOf({ threads: 4, connections: 2 }).map((share) => share.countOf(10))).toEqual([5, 5, 0, 0]);
  });

  test('an unlimited count stays unlimited on threads with workers', () => {
    expect(sharesOf({ threads: 3, connections: 2 }).map((share) => share.countOf(Infinity))).toEqual([
      Infinity,
      Infinity,
      0,
    ]);
  });

  test('assigns each ticket exactly once', () => {
    fc.assert(
      fc.property(splits, fc.nat(2000), (split, total) => {
        const shares = sharesOf(split);
        expect(shares.reduce((sum, share) => sum + share.workers, 0)).toBe(split.connections);
        expect(shares.reduce((sum, share) => sum + share.countOf(total), 0)).toBe(total);
        for (let ticket = 0; ticket < Math.min(total, 100); ticket++) {
          expect(shares.filter((share) => share.owns(ticket))).toHaveLength(1);
        }
      }),
    );
  });

  test('next visits exactly the owned tickets', () => {
    fc.assert(
      fc.property(splits, (split) => {
        for (const share of sharesOf(split).filter(({ workers }) => workers > 0)) {
          const walked: number[] = [];
          for (let at = share.next(-1); at < 200; at = share.next(at)) walked.push(at);
          expect(walked).toHaveLength(share.countOf(200));
          expect(walked.every((ticket) => share.owns(ticket))).toBe(true);
        }
      }),
    );
  });
});
