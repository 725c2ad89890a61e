import { formatCount } from '../../shared/units.ts';
import type { StatusCounts } from '../../shared/outcome.ts';

/** Maximum number of codes shown; the others are summed. */
const NAMED = 8;

/** Formats responses by status code, the most frequent first: `200: 9,990 · 404: 10`; `undefined` without any. */
export function statusPhrase(counts: StatusCounts | null | undefined): string | undefined {
  const entries = Object.entries(counts ?? {}).toSorted(([, a], [, b]) => b - a);
  if (entries.length === 0) return undefined;
  // A single further code takes the space of the sum.
  const named = entries.length === NAMED + 1 ? NAMED + 1 : NAMED;
  const rest = entries.slice(named);
  const others = rest.reduce((sum, [, count]) => sum + count, 0);
  return [
    ...entries.slice(0, named).map(([code, count]) => `${code}: ${formatCount(count)}`),
    ...(rest.length === 0 ? [] : [`${rest.length} more codes: ${formatCount(others)}`]),
  ].join(' · ');
}
