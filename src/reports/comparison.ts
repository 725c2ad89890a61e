import { printable } from '../core/printable.ts';
import { formatRate } from '../core/units.ts';
import { type Allowed, type Comparison, compareRuns, type JobFigures, unmatchedJobs } from '../verdicts/compare.ts';
import { describeInvalid } from '../verdicts/describe-invalid.ts';
import { jobFiguresOf } from './job-figures.ts';
import type { ResultDocument } from './result-document.ts';

/** Two sides of one or more runs, compared. */
export interface ComparisonReport {
  readonly comparisons: readonly Comparison[];
  /** Runs that are marked invalid, by their ids. */
  readonly invalid: readonly string[];
  /** Whether that keeps these runs from telling anything. */
  readonly isRefused: boolean;
  /** What the comparison leaves out, or what makes it doubtful. */
  readonly notes: readonly string[];
}

/** One or more runs, wherever they are known from. */
export interface ComparedSide {
  readonly runs: readonly (readonly JobFigures[])[];
  /** How each job was loaded, by what it is called, where that is known. */
  readonly loads: ReadonlyMap<string, string>;
  /** Runs that are marked invalid, by their ids. */
  readonly invalid: readonly string[];
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
    ...(validity.valid ? [] : [`${describeInvalid(runId)} (${signalsOf(validity).join(', ')})`]),
  ]);
  const invalid = documents.filter(({ validity }) => !validity.valid).map(({ run_id: runId }) => runId);
  return { runs: documents.map(jobFiguresOf), loads: new Map(loads), invalid, notes };
}

/** What made it so. */
function signalsOf({ findings }: ResultDocument['validity']): readonly string[] {
  return [...new Set(findings.filter(({ severity }) => severity === 'invalid').map(({ signal }) => signal))];
}

/**
 * Compares the numbers of two sides. Runs that are marked invalid are shown, but tell nothing.
 * @param allowInvalid takes them for as good as all others
 */
export function compareSides(
  baseline: ComparedSide,
  current: ComparedSide,
  allowed: Allowed,
  allowInvalid = false,
): ComparisonReport {
  const invalid = [...baseline.invalid, ...current.invalid];
  const isRefused = invalid.length > 0 && !allowInvalid;
  const comparisons = compareRuns(baseline.runs, current.runs, allowed);
  const listed = (jobs: readonly string[], side: string): string[] =>
    jobs.length === 0 ? [] : [`only in the ${side}: ${jobs.map(printable).join(', ')}`];
  return {
    comparisons: isRefused ? comparisons.map((one) => ({ ...one, verdict: 'cannot_tell' })) : comparisons,
    invalid,
    isRefused,
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
