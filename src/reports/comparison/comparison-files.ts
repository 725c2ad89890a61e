import type { ComparisonReport } from './comparison.ts';
import { comparisonRows, describeChange } from './comparison-text.ts';
import { escapeMarkdown, renderTable } from '../formats/markdown-table.ts';
import { type ComparisonVerdict, type Comparison, displayName, type RunSeries } from '../../comparison/compare.ts';
import { sparkline } from './sparkline.ts';
import { element } from '../formats/xml.ts';

const MARKS: Readonly<Record<ComparisonVerdict, string>> = {
  regression: '❌ ',
  improvement: '✅ ',
  no_difference: '',
  cannot_tell: '❔ ',
};

/** Renders the comparison as Markdown. A baseline of three and more runs has a column with a bar for each run. */
export function renderComparisonMarkdown({ comparisons, hasNoVerdict, notes }: ComparisonReport): string {
  const [head = [], ...rows] = comparisonRows(comparisons).map((row) => row.map(escapeMarkdown));
  const hasSeries = comparisons.some(({ series }) => series !== undefined);
  const marked = rows.map((row, index) => {
    const comparison = comparisons[index];
    const mark = MARKS[comparison?.verdict ?? 'cannot_tell'];
    const bars = hasSeries ? [barsOf(comparison?.series)] : [];
    return row.slice(0, -1).concat(bars, `${mark}${row.at(-1) ?? ''}`);
  });
  if (hasSeries) head.splice(-1, 0, 'runs, then current');
  return `${[titleOf(comparisons, hasNoVerdict), renderTable(head, marked), ...notes.map((note) => `- ${escapeMarkdown(note)}`)].join('\n\n')}\n`;
}

/** Runs that are drawn, the last ones. */
const MOST_BARS = 20;

function barsOf(series: RunSeries | undefined): string {
  if (series === undefined) return '';
  const baseline = series.baseline.slice(-MOST_BARS);
  const bars = sparkline([...baseline, ...series.current]);
  return `${bars.slice(0, baseline.length)} ${bars.slice(baseline.length)}`;
}

function titleOf(comparisons: ComparisonReport['comparisons'], isRefused: boolean): string {
  if (isRefused) return '## ⚠️ no verdict: a run is not to be trusted';
  const worse = comparisons.filter(({ verdict }) => verdict === 'regression').length;
  return worse === 0 ? '## ✅ no regression' : `## ❌ ${worse} regression${worse === 1 ? '' : 's'}`;
}

/** Renders the comparison as JSON. */
export function renderComparisonJson(report: ComparisonReport): string {
  return `${JSON.stringify(comparisonDocument(report), null, 2)}\n`;
}

/** The JSON of a comparison. Shares from 0 to 1, times in seconds, `null` for an unknown value or an open end. */
export type ComparisonDocument = ReturnType<typeof comparisonDocument>;

function comparisonDocument({ comparisons, invalid, failing, partial, notes }: ComparisonReport) {
  return {
    kind: 'loadbot_comparison',
    schema_version: 1,
    regressions: comparisons.filter(({ verdict }) => verdict === 'regression').length,
    unknown: comparisons.filter(({ verdict }) => verdict === 'cannot_tell').length,
    invalid_runs: invalid,
    failing_jobs: failing,
    partial_runs: partial,
    comparisons: comparisons.map((one) => ({
      job: one.job,
      job_type: one.type,
      step: one.step ?? null,
      phase: one.phase ?? null,
      metric: one.metric,
      baseline: one.baseline ?? null,
      // For percentiles known only to the bucket.
      baseline_low: one.baselineWithin?.low ?? null,
      baseline_high: one.baselineWithin?.high ?? null,
      current: one.current ?? null,
      change: one.change?.value ?? null,
      change_low: one.change?.low ?? null,
      change_high: one.change?.high ?? null,
      interval: one.isAssumed ? ('assumed' as const) : ('measured' as const),
      allowed: one.allowed,
      verdict: one.verdict,
    })),
    notes,
  };
}

/**
 * Renders the comparison as JUnit XML: one test case per number. A regression fails; an undecided number is skipped.
 */
export function renderComparisonJunit({ comparisons, hasNoVerdict, notes }: ComparisonReport): string {
  const failures = comparisons.filter(({ verdict }) => verdict === 'regression').length;
  const skipped = comparisons.filter(({ verdict }) => verdict === 'cannot_tell').length;
  const totals = { tests: comparisons.length, failures, errors: 0, time: 0 };
  const properties = notes.map((note) => element('property', { name: 'note', value: note }));
  const suite = element('testsuite', { name: 'comparison', ...totals, skipped }, [
    ...(properties.length > 0 ? [element('properties', {}, properties)] : []),
    ...comparisons.map((comparison) => testCase(comparison, hasNoVerdict)),
  ]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: 'loadbot-agent', ...totals }, [suite])}\n`;
}

function testCase(comparison: Comparison, isRefused: boolean): string {
  const { type, metric, verdict } = comparison;
  const attributes = { classname: `${displayName(comparison)}.${type}`, name: metric, time: 0 };
  if (verdict === 'regression') {
    const message = describeChange(comparison);
    return element('testcase', attributes, [element('failure', { type: 'regression', message })]);
  }
  if (verdict === 'cannot_tell') {
    const message = isRefused ? 'a run cannot be trusted' : 'cannot be decided from these runs';
    return element('testcase', attributes, [element('skipped', { message })]);
  }
  return element('testcase', attributes);
}
