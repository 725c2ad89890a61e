/** Neighbours as one, two by two; the last one may stay alone. */
export function pairUp<T>(items: readonly T[], add: (first: T, second: T) => T): T[] {
  const pairs: T[] = [];
  for (let at = 0; at < items.length; at += 2) {
    const [first, second] = [items[at], items[at + 1]];
    if (first !== undefined) pairs.push(second === undefined ? first : add(first, second));
  }
  return pairs;
}

/** At most 32 of them, and more than 16 where there are as many: what lasts a while stays within one of them. */
export function groupUp<T>(items: readonly T[], add: (first: T, second: T) => T): readonly T[] {
  let groups = items;
  while (groups.length > 32) groups = pairUp(groups, add);
  return groups;
}
