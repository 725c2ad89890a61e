import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Ring } from '../../../../src/exporters/push/ring.ts';

it('evicts its oldest entry', () => {
  const ring = new Ring<number>(2);
  expect([ring.push(1), ring.push(2), ring.push(3)]).toEqual([undefined, undefined, 1]);
  expect([ring.take(), ring.take(), ring.take()]).toEqual([2, 3, undefined]);
});

it('takes back the oldest entry, unless newer ones have filled the ring', () => {
  const ring = new Ring<number>(2);
  ring.push(1);
  ring.push(2);
  expect(ring.take()).toBe(1);
  expect(ring.putBack(1)).toBeUndefined();
  expect(ring.take()).toBe(1);
  ring.push(3);
  expect(ring.putBack(1)).toBe(1);
  expect([ring.take(), ring.take()]).toEqual([2, 3]);
});

it('reports every evicted entry, and never exceeds its capacity', () => {
  const step = fc.constantFrom('push', 'take', 'take and put back');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step), (capacity, steps) => {
      const ring = new Ring<number>(capacity);
      const out: number[] = [];
      const keep = (item: number | undefined): void => {
        if (item !== undefined) out.push(item);
      };
      let next = 0;
      for (const step of steps) {
        if (step === 'push') keep(ring.push(next++));
        else if (step === 'take') keep(ring.take());
        else {
          const taken = ring.take();
          if (taken !== undefined) keep(ring.putBack(taken));
        }
        expect(ring.items.length).toBeLessThanOrEqual(capacity);
      }
      while (ring.items.length > 0) keep(ring.take());
      // Everything came out once, the oldest first.
      expect(out).toEqual(Array.from({ length: next }, (_, index) => index));
    }),
  );
});
