import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ThreadPartition } from '../../../src/engine/thread-partition.ts';

const splits = fc.record({ threads: fc.integer({ min: 1, max: 9 }), connections: fc.integer({ min: 1, max: 40 }) });

function sharesOf({ threads, connections }: { threads: number; connections: number }): ThreadPartition[] {
  return Array.from({ length: threads }, (_, thread) => new ThreadPartition(thread, threads, connections));
}

/** The definition, one ticket after the other. */
function walk(share: ThreadPartition, sequence: number): number {
  let candidate = sequence + 1;
  while (!share.owns(candidate)) candidate++;
  return candidate;
}

const partitions = fc
  .record({ of: fc.integer({ min: 1, max: 3000 }), connections: fc.integer({ min: 1, max: 5000 }) })
  .chain(({ of, connections }) =>
    fc.nat(Math.min(of, connections) - 1).map((rank) => new ThreadPartition(rank, of, connections)),
  );

describe('ThreadPartition', () => {
  test('next is the next owned ticket, for any rank and any ticket', () => {
    fc.assert(
      fc.property(partitions, fc.oneof(fc.nat(20_000), fc.integer({ min: 2 ** 31, max: 2 ** 43 })), (share, ticket) => {
        expect(share.next(ticket)).toBe(walk(share, ticket));
        expect(share.next(-1)).toBe(share.rank);
      }),
      { numRuns: 1000 },
    );
  });

  test('countOf counts the owned tickets, for any rank and any total', () => {
    fc.assert(
      fc.property(partitions, fc.nat(20_000), (share, total) => {
        let count = 0;
        for (let ticket = walk(share, -1); ticket < total; ticket = walk(share, ticket)) count++;
        expect(share.countOf(total)).toBe(count);
      }),
      { numRuns: 500 },
    );
  });

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
