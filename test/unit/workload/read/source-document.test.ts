import { expect, test } from 'vitest';
import { lookUpByName } from '../../../../src/workload/read/source-document.ts';

test('finds the last entry of a duplicate key, and reads each container once', () => {
  let times = 0;
  const find = lookUpByName((container: readonly (readonly [string, number])[]) => {
    times++;
    return container;
  });
  const one = [
    ['a', 1],
    ['b', 2],
    ['a', 3],
  ] as const;
  const other = [['a', 4]] as const;
  expect(['a', 'b', 'c', 'constructor'].map((name) => find(one, name))).toEqual([3, 2, undefined, undefined]);
  expect(find(other, 'a')).toBe(4);
  expect(times).toBe(2);
});
