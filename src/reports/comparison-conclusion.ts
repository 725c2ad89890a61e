import { printable } from '../core/printable.ts';
import { formatCountOf } from '../core/units.ts';
import { type Comparison, nameOf } from '../verdicts/compare.ts';
import { groupBy } from '../verdicts/group-by.ts';

/** What a comparison comes to, in a sentence: how many jobs got worse, and in what. */
export function concludeComparison(comparisons: readonly Comparison[]): string {
  const worse = comparisons.filter(({ verdict }) => verdict === 'regression');
  const jobs = jobsOf(comparisons);
  if (worse.length > 0) {
    const which = [...groupBy(worse, nameOf)].map(
      ([name, of]) => `${printable(name)} (${of.map(({ metric }) => metric).join(', ')})`,
    );
    return `${jobsOf(worse)} of ${formatCountOf(jobs, 'job')} got worse: ${which.join(', ')}`;
  }
  const untold = comparisons.filter(({ verdict }) => verdict === 'cannot_tell').length;
  if (untold === comparisons.length) return 'cannot tell whether anything got worse: these runs say too little';
  const all = formatCountOf(comparisons.length, 'number');
  if (untold > 0) return `no regression found, but ${untold} of ${all} cannot be told`;
  return `no regression: none of ${all} is worse than allowed`;
}

/** The changes that chance may explain, by job; `undefined` where there is none. */
export function listUnknown(comparisons: readonly Comparison[]): string | undefined {
  const unknown = comparisons.filter(({ verdict }) => verdict === 'cannot_tell');
  if (unknown.length === 0) return undefined;
  const which = [...groupBy(unknown, nameOf)].map(
    ([name, of]) => `${printable(name)} (${of.map(({ metric }) => metric).join(', ')})`,
  );
  return `chance may explain the change of ${which.join(', ')}`;
}

function jobsOf(comparisons: readonly Comparison[]): number {
  return new Set(comparisons.map(({ job, type }) => `${job}\0${type}`)).size;
}
