import { formatCount, formatMs, formatShare } from '../../shared/units.ts';
import { minimumSamples } from '../../analysis/percentile-interval.ts';
import { escapeMarkdown, renderTable } from './markdown-table.ts';
import { formatDifference } from '../document/phase-difference.ts';
import type { ResultJob } from '../document/result-document.ts';

type JobPhase = ResultJob['phases'][number];

/**
 * Builds the table of jobs during phases of the system under test, compared with all other times; empty without
 * requests in phases.
 */
export function phaseBlocks(jobs: readonly ResultJob[]): string[] {
  const rows = jobs.flatMap((job) =>
    job.phases.filter(({ inside }) => inside.requests > 0).map((one) => row(job, one)),
  );
  if (rows.length === 0) return [];
  const head = [
    'job',
    'while in',
    'requests',
    'errors',
    'p50',
    'otherwise',
    'difference',
    'p99',
    'otherwise',
    'difference',
  ];
  const note = 'A difference is `noise` where chance would make as much.';
  return [`**Phases of the system under test**\n\n${renderTable(head, rows, 2)}\n\n${note}`];
}

function row({ name: job }: ResultJob, phase: JobPhase): string[] {
  const { name, inside } = phase;
  return [
    escapeMarkdown(job),
    escapeMarkdown(name),
    formatCount(inside.requests),
    formatShare(inside.errors, inside.requests),
    ...comparison(phase, 'p50', 50),
    ...comparison(phase, 'p99', 99),
  ];
}

function comparison({ inside, outside, difference }: JobPhase, name: 'p50' | 'p99', percent: number): string[] {
  const cells = [inside, outside].map(({ latency: { count, percentiles_seconds: percentiles } }) =>
    count < minimumSamples(percent) ? '-' : formatMs((percentiles[name] ?? NaN) * 1000),
  );
  return [...cells, cells.includes('-') ? '-' : formatDifference(difference[name] ?? null)];
}
