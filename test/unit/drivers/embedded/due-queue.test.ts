import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DueQueue } from '../../../../src/drivers/embedded/due-queue.ts';

function drain(queue: DueQueue<number>, nowMs: number): number[] {
  const out: number[] = [];
  for (let item = queue.popDue(nowMs); item !== undefined; item = queue.popDue(nowMs)) out.push(item);
  return out;
}

describe('DueQueue', () => {
  it('returns due entries, earliest first, and keeps the rest', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.nat(50), fc.array(fc.nat(50)), (first, nowMs, second) => {
        const queue = new DueQueue<number>();
        for (const dueMs of first) queue.push(dueMs, dueMs);
        const due = first.filter((dueMs) => dueMs <= nowMs).sort((a, b) => a - b);
        expect(drain(queue, nowMs)).toEqual(due);
        for (const dueMs of second) queue.push(dueMs, dueMs);
        const left = [...first.filter((dueMs) => dueMs > nowMs), ...second].sort((a, b) => a - b);
        expect(queue.nextDueMs).toBe(left[0] ?? Infinity);
        expect(drain(queue, Infinity)).toEqual(left);
      }),
    );
  });
});
