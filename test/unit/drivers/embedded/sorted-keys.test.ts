import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedKeys } from '../../../../src/drivers/embedded/sorted-keys.ts';

const key = fc.string({ maxLength: 3 });

test('returns the same keys as a sorted list after any changes', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(key),
      fc.array(fc.tuple(fc.boolean(), key)),
      key,
      fc.nat(50),
      (first, changes, from, count) => {
        const keys = new SortedKeys(first);
        const expected = new Set(first);
        for (const [isAdded, changed] of changes) {
          if (!isAdded) keys.remove(changed);
          else if (!expected.has(changed)) keys.insert(changed);
          if (isAdded) expected.add(changed);
          else expected.delete(changed);
        }
        const sorted = [...expected].sort();
        expect(keys.from(from, count)).toEqual(sorted.filter((one) => one >= from).slice(0, count));
      },
    ),
  );
});

test('keeps the order of many keys across its chunks', () => {
  const names = Array.from({ length: 20_000 }, (_, n) => String((n * 7919) % 20_000).padStart(5, '0'));
  const keys = new SortedKeys(names.slice(0, 3000));
  for (const name of names.slice(3000)) keys.insert(name);
  expect(keys.from('', 30_000)).toEqual(names.toSorted());
  for (const name of names.slice(0, 10_000)) keys.remove(name);
  expect(keys.from('', 30_000)).toEqual(names.slice(10_000).sort());
  expect(keys.from('12345', 2)).toEqual(
    names
      .slice(10_000)
      .sort()
      .filter((name) => name >= '12345')
      .slice(0, 2),
  );
});
