import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatMs, formatRate, formatShare, formatCountOf } from '../../shared/units.ts';
import { type ComparedMetric, type Comparison, type ComparisonVerdict, displayName } from '../../comparison/compare.ts';
import { groupBy } from '../../shared/group-by.ts';
import type { ComparisonReport } from './comparison.ts';

const WORDS: Readonly<Record<ComparisonVerdict, string>> = {
  regression: 'REGRESSION',
  improvement: 'improvement',
  no_difference: 'no difference',
  cannot_tell: 'cannot tell',
};

/** Builds the header and the rows of the comparison table. */
export function comparisonRows(comparisons: readonly Comparison[]): readonly (readonly string[])[] {
  return [
    ['job', 'type', '', 'baseline', 'current', 'change', '95 % CI', 'allowed', ''],
    ...comparisons.map((comparison) => {
      const { type, metric, current, change, allowed, verdict } = comparison;
      return [
        sanitizeForTerminal(displayName(comparison)),
        type,
        metric,
        formatBaseline(comparison),
        formatFigure(current, metric),
        formatChange(change?.value, metric),
        formatInterval(comparison),
        `${metric === 'rate' ? '-' : '+'}${formatChange(allowed, metric).slice(1)}`,
        WORDS[verdict],
      ];
    }),
  ];
}

/** Describes a change in one sentence: `was 1.2 ms, is 3.4 ms: +183 %, 5 % allowed`. */
export function describeChange(comparison: Comparison): string {
  const { metric, current, change, allowed } = comparison;
  const now = formatFigure(current, metric);
  const limit = formatChange(allowed, metric).slice(1);
  return `was ${formatBaseline(comparison)}, is ${now}: ${formatChange(change?.value, metric)}, allowed ${limit}`;
}

/** Formats the baseline; as a range if only its bounds are known. */
function formatBaseline({ baseline, baselineWithin: within, metric }: Comparison): string {
  if (within === undefined) return formatFigure(baseline, metric);
  const low = formatFigure(within.low, metric);
  return within.high === Infinity ? `over ${low}` : `${low} to ${formatFigure(within.high, metric)}`;
}

function formatFigure(value: number | undefined, metric: ComparedMetric): string {
  if (value === undefined) return '-';
  if (metric === 'rate') return formatRate(value);
  return metric === 'error_rate' ? formatShare(value, 1) : formatMs(value * 1000);
}

/** Formats the interval of the change, with `~` for an assumed one; an unknown end is left out. */
function formatInterval({ change, metric, isAssumed }: Comparison): string {
  if (change === undefined || (change.low === undefined && change.high === undefined)) return '-';
  const mark = isAssumed ? '~ ' : '';
  if (change.low === undefined) return `${mark}up to ${formatChange(change.high, metric)}`;
  if (change.high === undefined) return `${mark}from ${formatChange(change.low, metric)}`;
  return `${mark}${formatChange(change.low, metric)} to ${formatChange(change.high, metric)}`;
}

/** Larger changes, in percent, are shown as "more than". */
const MAX_PERCENT = 9999;

/** Formats a change with its sign. Error rates change by percentage points: 1 % and 3 % differ by 2 points. */
function formatChange(change: number | undefined, metric: ComparedMetric): string {
  if (change === undefined) return '-';
  const percent = change * 100;
  if (percent > MAX_PERCENT) return percent === Infinity ? '+∞%' : `+>${MAX_PERCENT}%`;
  const digits = metric === 'error_rate' ? 2 : 1;
  const text = Math.abs(percent).toFixed(digits);
  return `${percent < 0 && Number(text) !== 0 ? '-' : '+'}${text}${metric === 'error_rate' ? ' points' : '%'}`;
}

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
  return new Set(comparisons.map(({ job, type, step = '' }) => `${job}\0${type}\0${step}`)).size;
}

/** GitHub shows at most ten annotations of a kind per step. */
const MAX_ANNOTATIONS = 10;

/**
 * Formats regressions as workflow commands of GitHub Actions, one per line, which become annotations of the run
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message).
 */
export function comparisonAnnotations({ comparisons }: ComparisonReport): readonly string[] {
  return comparisons
    .filter(({ verdict }) => verdict === 'regression')
    .slice(0, MAX_ANNOTATIONS)
    .map((comparison) => {
      const title = `${displayName(comparison)} (${comparison.type}): ${comparison.metric} got worse`;
      return `::error title=${escapeProperty(title)}::${escapeMessage(describeChange(comparison))}`;
    });
}

function escapeMessage(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeMessage(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
