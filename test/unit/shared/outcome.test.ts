import { expect, test } from 'vitest';
import { ABORTED, ERROR_CLASSES, failure, FIRST_ERROR, MISS, OK } from '../../../src/shared/outcome.ts';

test('every outcome has a unique number, failures in the order of their classes', () => {
  const failures = ERROR_CLASSES.map(failure);
  expect(failures).toEqual(ERROR_CLASSES.map((_, index) => FIRST_ERROR + index));
  expect(new Set([OK, MISS, ABORTED, ...failures]).size).toBe(3 + ERROR_CLASSES.length);
});
