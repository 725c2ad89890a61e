/** Merges adjacent items in pairs; the last one stays alone if their number is odd. */
export function mergeAdjacent<T>(items: readonly T[], add: (first: T, second: T) => T): T[] {
  const pairs: T[] = [];
  for (let at = 0; at < items.length; at += 2) {
    const [first, second] = [items[at], items[at + 1]];
    if (first !== undefined) pairs.push(second === undefined ? first : add(first, second));
  }
  return pairs;
}

/**
 * Merges adjacent items until at most 32 are left (more than 16 if there were as many), so that a disturbance of some
 * duration stays within one of them.
 */
export function downsample<T>(items: readonly T[], add: (first: T, second: T) => T): readonly T[] {
  let groups = items;
  while (groups.length > 32) groups = mergeAdjacent(groups, add);
  return groups;
}
