import { printable } from '../core/printable.ts';
import { formatMs, formatRate, formatShare } from '../core/units.ts';
import { type ComparedMetric, type Comparison, type ComparisonVerdict, nameOf } from '../verdicts/compare.ts';

const WORDS: Readonly<Record<ComparisonVerdict, string>> = {
  regression: 'REGRESSION',
  improvement: 'improvement',
  no_difference: 'no difference',
  cannot_tell: 'cannot tell',
};

/** The head and the rows of a table for people. */
export function comparisonRows(comparisons: readonly Comparison[]): readonly (readonly string[])[] {
  return [
    ['job', 'type', '', 'baseline', 'current', 'change', '95 % sure', 'allowed', ''],
    ...comparisons.map((comparison) => {
      const { type, metric, current, change, allowed, verdict } = comparison;
      return [
        printable(nameOf(comparison)),
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

/** A change in one sentence: `was 1.2 ms, is 3.4 ms: +183 %, 5 % allowed`. */
export function describeChange(comparison: Comparison): string {
  const { metric, current, change, allowed } = comparison;
  const now = formatFigure(current, metric);
  const limit = formatChange(allowed, metric).slice(1);
  return `was ${formatBaseline(comparison)}, is ${now}: ${formatChange(change?.value, metric)}, allowed ${limit}`;
}

/** Where only a range is known, both of its ends. */
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

/** `~` before one that rests on an assumption; an end that is not known is left out. */
function formatInterval({ change, metric, isAssumed }: Comparison): string {
  if (change === undefined || (change.low === undefined && change.high === undefined)) return '-';
  const mark = isAssumed ? '~ ' : '';
  if (change.low === undefined) return `${mark}up to ${formatChange(change.high, metric)}`;
  if (change.high === undefined) return `${mark}from ${formatChange(change.low, metric)}`;
  return `${mark}${formatChange(change.low, metric)} to ${formatChange(change.high, metric)}`;
}

/** Changes beyond this many percent are written as more than that. */
const MAX_PERCENT = 9999;

/** Always with its sign. An error rate changes by points: 1 % and 3 % are 2 points apart. */
function formatChange(change: number | undefined, metric: ComparedMetric): string {
  if (change === undefined) return '-';
  const percent = change * 100;
  if (percent > MAX_PERCENT) return percent === Infinity ? '+∞%' : `+>${MAX_PERCENT}%`;
  const digits = metric === 'error_rate' ? 2 : 1;
  const text = Math.abs(percent).toFixed(digits);
  return `${percent < 0 && Number(text) !== 0 ? '-' : '+'}${text}${metric === 'error_rate' ? ' points' : '%'}`;
}
