import { printable } from '../core/printable.ts';
import { formatRate } from '../core/units.ts';
import { type Allowed, type Comparison, compareRuns, type JobFigures, unmatchedJobs } from '../verdicts/compare.ts';
import { jobFiguresOf } from './job-figures.ts';
import type { ResultDocument } from './result-document.ts';

/** Two sides of one or more runs, compared. */
export interface ComparisonReport {
  readonly comparisons: readonly Comparison[];
  /** What the comparison leaves out, or what makes it doubtful. */
  readonly notes: readonly string[];
}

/** One or more runs, wherever they are known from. */
export interface ComparedSide {
  readonly runs: readonly (readonly JobFigures[])[];
  /** How each job was loaded, by what it is called, where that is known. */
  readonly loads: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

/** Runs whose result files there are. */
export function sideOfResults(documents: readonly ResultDocument[]): ComparedSide {
  const loads = documents.flatMap(({ jobs }) =>
    jobs.map(({ name, type, pace, connections }) => {
      const rate = pace === null ? 'no constant pace' : `${formatRate(pace)} asked for`;
      return [`${name} (${type})`, `${rate}, ${connections ?? '?'} connections`] as const;
    }),
  );
  const notes = documents.flatMap(({ run_id: runId, end, validity }) => [
    ...(end === 'completed' ? [] : [`run ${runId.slice(0, 8)} was not carried out to its end (${end})`]),
    ...(validity.valid ? [] : [`the numbers of run ${runId.slice(0, 8)} are not to be trusted, says the run itself`]),
  ]);
  return { runs: documents.map(jobFiguresOf), loads: new Map(loads), notes };
}

export function compareSides(baseline: ComparedSide, current: ComparedSide, allowed: Allowed): ComparisonReport {
  const listed = (jobs: readonly string[], side: string): string[] =>
    jobs.length === 0 ? [] : [`only in the ${side}: ${jobs.map(printable).join(', ')}`];
  return {
    comparisons: compareRuns(baseline.runs, current.runs, allowed),
    notes: [
      ...listed(unmatchedJobs(baseline.runs, current.runs), 'baseline'),
      ...listed(unmatchedJobs(current.runs, baseline.runs), 'current side'),
      ...differentLoads(baseline.loads, current.loads),
      ...baseline.notes,
      ...current.notes,
    ],
  };
}

/** Runs of another load say little about the target. */
function differentLoads(before: ComparedSide['loads'], after: ComparedSide['loads']): string[] {
  return [...before].flatMap(([job, load]) => {
    const other = after.get(job);
    if (other === undefined || other === load) return [];
    return [`${printable(job)} was not loaded alike: ${load}; then ${other}`];
  });
}
