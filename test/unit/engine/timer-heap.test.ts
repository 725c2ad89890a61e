import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TimerHeap } from '../../../src/engine/timer-heap.ts';

type Step = { readonly add: number } | { readonly cancel: number } | 'shift';

const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ add: fc.integer({ min: 0, max: 20 }) }) },
    { weight: 1, arbitrary: fc.record({ cancel: fc.nat(60) }) },
    { weight: 1, arbitrary: fc.constant('shift' as const) },
  ),
  { maxLength: 120 },
);

/** The same, kept as a sorted list. */
class Model {
  #alarms: { readonly dueMs: number; readonly name: number }[] = [];

  add(dueMs: number, name: number): void {
    this.#alarms = [...this.#alarms, { dueMs, name }].toSorted((a, b) => a.dueMs - b.dueMs || a.name - b.name);
  }

  cancel(name: number): void {
    this.#alarms = this.#alarms.filter((alarm) => alarm.name !== name);
  }

  shift(): number | undefined {
    return this.#alarms.shift()?.name;
  }
}

test('returns timers by time, then by order, despite cancellations', () => {
  fc.assert(
    fc.property(steps, (played: readonly Step[]) => {
      const queue = new TimerHeap();
      const model = new Model();
      const cancels: (() => void)[] = [];
      let fired: number | undefined;
      const shift = (): number | undefined => {
        fired = undefined;
        queue.first?.fire();
        queue.shift();
        return fired;
      };
      for (const step of played) {
        if (step === 'shift') {
          expect(shift()).toBe(model.shift());
        } else if ('add' in step) {
          const name = cancels.length;
          cancels.push(queue.add({ dueMs: step.add, fire: () => (fired = name) }));
          model.add(step.add, name);
        } else {
          cancels[step.cancel]?.();
          model.cancel(step.cancel);
        }
      }
      for (const _ of cancels) expect(shift()).toBe(model.shift());
      expect(queue.first).toBeUndefined();
    }),
  );
});
