import { describe, test } from 'vitest';
import type { Subject } from '../../../src/driver-kit/subject.ts';
import { casesOf } from '../../../src/driver-kit/suite.ts';

/** Behavior of all drivers, according to their contract. Each subject brings its own real server. */
export function describeDriver(subject: Subject): void {
  describe(`driver contract: ${subject.name}`, () => {
    for (const { name, run } of casesOf(subject)) test(name, run);
  });
}
