import { describe, expect, test } from 'vitest';
import { Deadlines, type Expiring } from '../../../src/engine/deadlines.ts';
import { VirtualClock } from '../../virtual-clock.ts';

class Entry implements Expiring {
  dueMs = 0;
  earlier: Expiring | undefined = undefined;
  later: Expiring | undefined = undefined;
  expiredAtMs: number | undefined;
  readonly #deadlines: Deadlines;
  readonly #clock: VirtualClock;

  constructor(deadlines: Deadlines, clock: VirtualClock) {
    this.#deadlines = deadlines;
    this.#clock = clock;
  }

  expire(): void {
    this.expiredAtMs = this.#clock.nowMs();
    this.#deadlines.clear(this);
  }
}

describe('Deadlines', () => {
  test('each expires exactly when it is due, and a cleared one never', () => {
    const clock = new VirtualClock();
    const deadlines = new Deadlines(clock, 100);
    const entries = Array.from({ length: 5 }, () => new Entry(deadlines, clock));
    entries.forEach((entry) => {
      deadlines.set(entry, clock.nowMs());
      clock.pass(10);
    });
    deadlines.clear(entries[1]!); // five were made
    deadlines.clear(entries[4]!);
    clock.pass(1000);
    expect(entries.map(({ expiredAtMs }) => expiredAtMs)).toEqual([100, undefined, 120, 130, undefined]);
  });

  test('a deadline that is set again counts from the later time', () => {
    const clock = new VirtualClock();
    const deadlines = new Deadlines(clock, 100);
    const entry = new Entry(deadlines, clock);
    for (let round = 0; round < 50; round++) {
      deadlines.set(entry, clock.nowMs());
      clock.pass(30);
      deadlines.clear(entry);
    }
    deadlines.set(entry, clock.nowMs());
    clock.pass(99);
    expect(entry.expiredAtMs).toBeUndefined();
    clock.pass(1);
    expect(entry.expiredAtMs).toBe(1600);
  });

  test('fires no deadline once closed', () => {
    const clock = new VirtualClock();
    const deadlines = new Deadlines(clock, 100);
    const entry = new Entry(deadlines, clock);
    deadlines.set(entry, 0);
    deadlines.close();
    clock.pass(1000);
    expect(entry.expiredAtMs).toBeUndefined();
  });
});
