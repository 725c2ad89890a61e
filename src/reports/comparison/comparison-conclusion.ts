import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatCountOf } from '../../shared/units.ts';
import { type Comparison, displayName } from '../../comparison/compare.ts';
import { groupBy } from '../../shared/group-by.ts';

/** Summarizes a comparison in one sentence: the jobs and metrics that got worse. */
export function concludeComparison(comparisons: readonly Comparison[]): string {
  const worse = comparisons.filter(({ verdict }) => verdict === 'regression');
  const jobs = jobsOf(comparisons);
  if (worse.length > 0) {
    const which = [...groupBy(worse, displayName)].map(
      ([name, of]) => `${sanitizeForTerminal(name)} (${of.map(({ metric }) => metric).join(', ')})`,
    );
    return `${jobsOf(worse)} of ${formatCountOf(jobs, 'job')} got worse: ${which.join(', ')}`;
  }
  const undecided = comparisons.filter(({ verdict }) => verdict === 'cannot_tell').length;
  if (undecided === comparisons.length) return 'inconclusive: these runs have too little data';
  const all = formatCountOf(comparisons.length, 'number');
  if (undecided > 0) return `no regression found, but ${undecided} of ${all} undecided`;
  return `no regression: none of ${all} is worse than allowed`;
}

/** Lists the undecided changes by job; `undefined` without any. */
export function listUnknown(comparisons: readonly Comparison[]): string | undefined {
  const unknown = comparisons.filter(({ verdict }) => verdict === 'cannot_tell');
  if (unknown.length === 0) return undefined;
  const which = [...groupBy(unknown, displayName)].map(
    ([name, of]) => `${sanitizeForTerminal(name)} (${of.map(({ metric }) => metric).join(', ')})`,
  );
  return `chance may explain the change of ${which.join(', ')}`;
}

function jobsOf(comparisons: readonly Comparison[]): number {
  return new Set(comparisons.map(({ job, type }) => `${job}\0${type}`)).size;
}
