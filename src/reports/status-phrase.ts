import { formatCount } from '../core/units.ts';
import type { StatusCounts } from '../core/status-counts.ts';

/** Codes that are named; the rest of them is added up. */
const NAMED = 8;

/** Responses by status code, the most frequent first: `200: 9,990 · 404: 10`; `undefined` where there is none. */
export function statusPhrase(counts: StatusCounts | null | undefined): string | undefined {
  const entries = Object.entries(counts ?? {}).toSorted(([, a], [, b]) => b - a);
  if (entries.length === 0) return undefined;
  // One code more costs no more room than the sum of one.
  const named = entries.length === NAMED + 1 ? NAMED + 1 : NAMED;
  const rest = entries.slice(named);
  const others = rest.reduce((sum, [, count]) => sum + count, 0);
  return [
    ...entries.slice(0, named).map(([code, count]) => `${code}: ${formatCount(count)}`),
    ...(rest.length === 0 ? [] : [`${rest.length} more codes: ${formatCount(others)}`]),
  ].join(' · ');
}
