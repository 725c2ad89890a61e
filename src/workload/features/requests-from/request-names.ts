import { WORKLOAD_LIMITS } from '../../../shared/bounds.ts';

/** Name of the requests beyond the most frequent names. */
const OTHER = 'other';

/** Segments of a path that are ids: numbers, UUIDs, hexadecimal numbers, e-mail addresses, and long words with digits. */
const ID =
  /^(?:\d+|[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|(?=\D*\d)[\da-f]{8,}|(?=\D*\d)[\w.~=-]{20,}|[^@]+(?:@|%40)[^@]+)$/i;

/** Method and path, without the query, with `:id` in place of ids. */
export function nameByPath(method: string, path: string): string {
  const [plain = ''] = path.split('?', 1);
  const pattern = plain
    .split('/')
    .map((segment) => (ID.test(segment) ? ':id' : segment))
    .join('/');
  return `${method} ${pattern}`.slice(0, WORKLOAD_LIMITS.nameCharacters);
}

/**
 * Keeps the most frequent names.
 * @param counts requests by name
 * @returns the name under which requests of a name are counted
 */
export function limitNames(counts: ReadonlyMap<string, number>): (name: string) => string {
  if (counts.size <= WORKLOAD_LIMITS.recordedNames) return (name) => name;
  const kept = new Set(
    [...counts]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, WORKLOAD_LIMITS.recordedNames)
      .map(([name]) => name),
  );
  return (name) => (kept.has(name) ? name : OTHER);
}
