import { printable } from '../core/printable.ts';
import { formatMs, formatRate, formatShare } from '../core/units.ts';
import {
  type Allowed,
  type ComparedMetric,
  type Comparison,
  type ComparisonVerdict,
  compareRuns,
  unmatchedJobs,
} from '../verdicts/compare.ts';
import { jobFiguresOf } from './job-figures.ts';
import type { ResultDocument } from './result-document.ts';

/** Two sides of one or more runs, compared. */
export interface ComparisonReport {
  readonly comparisons: readonly Comparison[];
  /** What the comparison leaves out, or what makes it doubtful. */
  readonly notes: readonly string[];
}

export function compareResults(
  baseline: readonly ResultDocument[],
  current: readonly ResultDocument[],
  allowed: Allowed,
): ComparisonReport {
  const [before, after] = [baseline.map(jobFiguresOf), current.map(jobFiguresOf)];
  const listed = (jobs: readonly string[], side: string): string[] =>
    jobs.length === 0 ? [] : [`only in the ${side}: ${jobs.map(printable).join(', ')}`];
  return {
    comparisons: compareRuns(before, after, allowed),
    notes: [
      ...listed(unmatchedJobs(before, after), 'baseline'),
      ...listed(unmatchedJobs(after, before), 'current side'),
      ...differentLoads(baseline, current),
      ...unfinished([...baseline, ...current]),
    ],
  };
}

/** Runs of another load say little about the target. */
function differentLoads(baseline: readonly ResultDocument[], current: readonly ResultDocument[]): string[] {
  const loads = (side: readonly ResultDocument[]): ReadonlyMap<string, string> =>
    new Map(
      side.flatMap(({ jobs }) =>
        jobs.map(({ name, type, pace, connections }) => {
          const rate = pace === null ? 'no constant pace' : `${formatRate(pace)} asked for`;
          return [`${name} (${type})`, `${rate}, ${connections ?? '?'} connections`] as const;
        }),
      ),
    );
  const [before, after] = [loads(baseline), loads(current)];
  return [...before].flatMap(([job, load]) => {
    const other = after.get(job);
    if (other === undefined || other === load) return [];
    return [`${printable(job)} was not loaded alike: ${load}; then ${other}`];
  });
}

function unfinished(documents: readonly ResultDocument[]): string[] {
  return documents
    .filter(({ end }) => end !== 'completed')
    .map(({ run_id: runId, end }) => `run ${runId.slice(0, 8)} was not carried out to its end (${end})`);
}

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
    ...comparisons.map(({ job, type, metric, baseline, current, change, allowed, verdict }) => [
      printable(job),
      type,
      metric,
      formatFigure(baseline, metric),
      formatFigure(current, metric),
      formatChange(change?.value, metric),
      change?.low === undefined || change.high === undefined
        ? '-'
        : `${formatChange(change.low, metric)} to ${formatChange(change.high, metric)}`,
      `${metric === 'rate' ? '-' : '+'}${formatChange(allowed, metric).slice(1)}`,
      WORDS[verdict],
    ]),
  ];
}

function formatFigure(value: number | undefined, metric: ComparedMetric): string {
  if (value === undefined) return '-';
  if (metric === 'rate') return formatRate(value);
  return metric === 'error_rate' ? formatShare(value, 1) : formatMs(value * 1000);
}

/** Always with its sign. An error rate changes by points: 1 % and 3 % are 2 points apart. */
function formatChange(change: number | undefined, metric: ComparedMetric): string {
  if (change === undefined) return '-';
  const percent = change * 100;
  const digits = metric === 'error_rate' ? 2 : 1;
  const text = `${Math.abs(percent).toFixed(digits)}${metric === 'error_rate' ? ' points' : '%'}`;
  return `${percent < 0 ? '-' : '+'}${text}`;
}

/** The comparison as Markdown. */
export function renderComparisonMarkdown({ comparisons, notes }: ComparisonReport): string {
  const escape = (text: string): string => text.replace(/[\\`*_{}[\]<>#|~&]/g, (letter) => `\\${letter}`);
  const marks: Readonly<Record<ComparisonVerdict, string>> = {
    regression: '❌ ',
    improvement: '✅ ',
    no_difference: '',
    cannot_tell: '❔ ',
  };
  const [head = [], ...rows] = comparisonRows(comparisons).map((row) => row.map(escape));
  const marked = rows.map((row, index) => {
    const mark = marks[comparisons[index]?.verdict ?? 'cannot_tell'];
    return row.slice(0, -1).concat(`${mark}${row.at(-1) ?? ''}`);
  });
  const table = [head, head.map(() => '---'), ...marked].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const worse = comparisons.filter(({ verdict }) => verdict === 'regression').length;
  const title = worse === 0 ? '## ✅ no regression' : `## ❌ ${worse} regression${worse === 1 ? '' : 's'}`;
  return `${[title, table, ...notes.map((note) => `- ${escape(note)}`)].join('\n\n')}\n`;
}

/** The comparison as JSON. Shares as numbers from 0 to 1, times in seconds, `null` where something is not known. */
export function renderComparisonJson({ comparisons, notes }: ComparisonReport): string {
  const document = {
    kind: 'loadbot_comparison',
    schema_version: 1,
    regressions: comparisons.filter(({ verdict }) => verdict === 'regression').length,
    comparisons: comparisons.map(({ job, type, metric, baseline, current, change, allowed, verdict }) => ({
      job,
      job_type: type,
      metric,
      baseline: baseline ?? null,
      current: current ?? null,
      change: change?.value ?? null,
      change_low: change?.low ?? null,
      change_high: change?.high ?? null,
      allowed,
      verdict,
    })),
    notes,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
