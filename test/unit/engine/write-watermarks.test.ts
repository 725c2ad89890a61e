import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ThreadPartition } from '../../../src/engine/thread-partition.ts';
import {
  allocateWatermarks,
  type PendingWrite,
  readOwnWatermark,
  setOtherWatermark,
  WriteWatermarks,
} from '../../../src/engine/write-watermarks.ts';

const TYPES = ['read', 'write', 'bulk_write'] as const;

function worker(): PendingWrite {
  return { writeTicket: 0, earlierWrite: undefined, laterWrite: undefined };
}

test('the watermark is the first incomplete write, or the next ticket without one', () => {
  const writes = new WriteWatermarks({ memory: allocateWatermarks(1), unit: 0 }, new ThreadPartition(0, 1, 4), TYPES);
  const [reader, first, second] = [worker(), worker(), worker()];
  expect(writes.completedBelow()).toBe(0);
  writes.start(reader, 0, 0, 1);
  expect(writes.completedBelow()).toBe(1);
  writes.start(first, 1, 1, 2);
  writes.start(second, 2, 2, 3);
  expect(writes.completedBelow()).toBe(1);
  writes.finish(second, 2);
  writes.finish(reader, 0);
  expect(writes.completedBelow()).toBe(1);
  writes.finish(first, 1);
  expect(writes.completedBelow()).toBe(3);
});

test('the lowest watermark of all threads with workers counts', () => {
  const memory = allocateWatermarks(8);
  const [fast, slow] = Array.from(
    { length: 8 },
    (_, unit) => new WriteWatermarks({ memory, unit }, new ThreadPartition(unit, 8, 2), TYPES),
  );
  const writer = worker();
  for (let ticket = 0; ticket < 100; ticket += 2) {
    fast?.start(writer, ticket, 1, ticket + 2);
    fast?.finish(writer, 1);
  }
  expect(fast?.completedBelow()).toBe(0);
  slow?.start(writer, 1, 1, 3);
  expect(fast?.completedBelow()).toBe(1);
  slow?.finish(writer, 1);
  expect([fast?.completedBelow(), slow?.completedBelow()]).toEqual([3, 3]);
});

test('the watermark of other processes counts, and is not part of the own one', () => {
  const memory = allocateWatermarks(2, 0);
  // Two of the 40 threads of a run.
  const [first, second] = [7, 31].map((rank, unit) => {
    return new WriteWatermarks({ memory, unit }, new ThreadPartition(rank, 40, 40), TYPES);
  });
  first?.start(worker(), 7, 1, 47);
  second?.start(worker(), 31, 0, 71);
  expect([readOwnWatermark(memory), first?.completedBelow(), second?.completedBelow()]).toEqual([7, 0, 0]);
  setOtherWatermark(memory, 5);
  expect(second?.completedBelow()).toBe(5);
  setOtherWatermark(memory, 40);
  expect([readOwnWatermark(memory), second?.completedBelow()]).toEqual([7, 7]);
});

test('a process without workers does not delay the reads of others', () => {
  const memory = allocateWatermarks(1);
  const idle = new WriteWatermarks({ memory, unit: 0 }, new ThreadPartition(5, 40, 3), TYPES);
  expect([readOwnWatermark(memory), idle.completedBelow()]).toEqual([Infinity, Infinity]);
});

test('equals the first entry of a list of incomplete writes, for any order of completion', () => {
  const threads = 3;
  const connections = 7;
  const step = fc.record({ thread: fc.nat(threads - 1), operation: fc.nat(2), ends: fc.nat(1), which: fc.nat(6) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const memory = allocateWatermarks(threads);
      const sides = Array.from({ length: threads }, (_, thread) => {
        const share = new ThreadPartition(thread, threads, connections);
        const idle = Array.from({ length: share.workers }, worker);
        const busy: { readonly worker: PendingWrite; readonly ticket: number; readonly operation: number }[] = [];
        return {
          share,
          writes: new WriteWatermarks({ memory, unit: thread }, share, TYPES),
          idle,
          busy,
          next: share.next(-1),
        };
      });
      let before = 0;
      for (const { thread, operation, ends, which } of steps) {
        const side = sides[thread]!; // one for each
        const one = ends === 1 ? undefined : side.idle.pop();
        if (one !== undefined) {
          const ticket = side.next;
          side.next = side.share.next(ticket);
          side.busy.push({ worker: one, ticket, operation });
          side.writes.start(one, ticket, operation, side.next);
        } else if (side.busy.length > 0) {
          const [ended] = side.busy.splice(which % side.busy.length, 1);
          side.idle.push(ended!.worker); // there is one
          side.writes.finish(ended!.worker, ended!.operation);
        }
        const marks = sides.map(({ busy, next, share }) => {
          const isUntouched = next === share.next(-1);
          const writing = busy.filter((request) => request.operation > 0).map((request) => request.ticket);
          return isUntouched ? 0 : Math.min(next, ...writing);
        });
        expect(side.writes.completedBelow()).toBe(Math.min(...marks));
        expect(side.writes.completedBelow()).toBeGreaterThanOrEqual(before);
        before = side.writes.completedBelow();
      }
    }),
    { numRuns: 200 },
  );
});
