import { nounOf } from '../../shared/job-parts.ts';
import { summarizeChanges } from '../phrases/steering.ts';
import { stepTitle } from '../phrases/notes.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { formatRate, formatShare } from '../../shared/units.ts';
import { ASSUMPTION } from '../../analysis/assumed-interval.ts';
import {
  type Allowances,
  type Comparison,
  compareRuns,
  displayName,
  type JobEstimates,
  withoutChange,
  unmatchedJobs,
  describeInvalid,
} from '../../comparison/compare.ts';
import { estimateJobs } from '../document/job-estimates.ts';
import type { ResultDocument } from '../document/result-document.ts';

/** Comparison of two sides of one or more runs each. */
export interface ComparisonReport {
  readonly comparisons: readonly Comparison[];
  /** Ids of the runs that are marked invalid. */
  readonly invalid: readonly string[];
  /** Jobs with more than half of their requests failed, as phrases. */
  readonly failing: readonly string[];
  /** Ids of the runs with a partial result. */
  readonly partial: readonly string[];
  /** Whether one of the three prevents a verdict. */
  readonly hasNoVerdict: boolean;
  /** Ids of the runs of both sides; `undefined`: unknown. */
  readonly runIds: Readonly<Record<'baseline' | 'current', readonly string[] | undefined>>;
  /** Omissions and doubts of the comparison. */
  readonly notes: readonly string[];
}

/** One side of a comparison: runs from result files or from a server. */
export interface ComparedSide {
  readonly runs: readonly (readonly JobEstimates[])[];
  /** Load of each job, by its display name, where known. */
  readonly loads: ReadonlyMap<string, string>;
  /** Ids of the runs that are marked invalid. */
  readonly invalid: readonly string[];
  /** Ids of the runs with a partial result; absent: none. */
  readonly partial?: readonly string[];
  /** Ids of the runs; absent: unknown. */
  readonly runIds?: readonly string[];
  readonly notes: readonly string[];
}

/** Builds a side from result files. */
export function buildComparedSide(documents: readonly ResultDocument[]): ComparedSide {
  const loads = documents.flatMap(({ jobs }) =>
    jobs.map(({ name, type, step, pace, connections }) => {
      const rate = pace === null ? 'no constant rate' : `target ${formatRate(pace)}`;
      return [`${stepTitle({ name, step })} (${type})`, `${rate}, ${connections ?? '?'} connections`] as const;
    }),
  );
  const notes = documents.flatMap(({ run_id: runId, end, partial: isPartial, validity, changes }) => [
    ...(isPartial ? [`the result of run ${runId.slice(0, 8)} is partial: it was saved before the end of the run`] : []),
    ...(end === 'completed' ? [] : [`run ${runId.slice(0, 8)} did not complete (${end})`]),
    ...(changes.length === 0
      ? []
      : [`the load of run ${runId.slice(0, 8)} was changed while it ran: ${summarizeChanges(changes)}`]),
    ...(validity.valid ? [] : [`${describeInvalid(runId)} (${signalsOf(validity).join(', ')})`]),
  ]);
  const invalid = documents.filter(({ validity }) => !validity.valid).map(({ run_id: runId }) => runId);
  const partial = documents.filter((document) => document.partial).map(({ run_id: runId }) => runId);
  const runIds = documents.map(({ run_id: runId }) => runId);
  return { runs: documents.map(estimateJobs), loads: new Map(loads), invalid, partial, runIds, notes };
}

/** Signals that made the run invalid. */
function signalsOf({ findings }: ResultDocument['validity']): readonly string[] {
  return [...new Set(findings.filter(({ severity }) => severity === 'invalid').map(({ signal }) => signal))];
}

/**
 * Compares two sides. Runs that are marked invalid or partial, or with more than half of a job's requests failed, are
 * shown without a verdict. The same run on both sides has no difference.
 * @param allowInvalid treats such runs like all others
 */
export function compareSides(
  baseline: ComparedSide,
  current: ComparedSide,
  allowed: Allowances,
  allowInvalid = false,
): ComparisonReport {
  const invalid = [...baseline.invalid, ...current.invalid];
  const failing = [...failingJobs(baseline.runs, 'baseline'), ...failingJobs(current.runs, 'current side')];
  const partial = [...(baseline.partial ?? []), ...(current.partial ?? [])];
  const hasNoVerdict = invalid.length + failing.length + partial.length > 0 && !allowInvalid;
  const compared = compareRuns(baseline.runs, current.runs, allowed);
  const isSame = areSameRuns(baseline.runIds, current.runIds) && compared.every((one) => one.baseline === one.current);
  const comparisons = isSame ? compared.map(withoutChange) : compared;
  const listed = (jobs: readonly string[], side: string): string[] =>
    jobs.length === 0 ? [] : [`only in the ${side}: ${jobs.map(sanitizeForTerminal).join(', ')}`];
  return {
    comparisons: hasNoVerdict ? comparisons.map((one) => ({ ...one, verdict: 'cannot_tell' })) : comparisons,
    invalid,
    failing,
    partial,
    hasNoVerdict,
    runIds: { baseline: baseline.runIds, current: current.runIds },
    notes: [
      ...listed(unmatchedJobs(baseline.runs, current.runs), 'baseline'),
      ...listed(unmatchedJobs(current.runs, baseline.runs), 'current side'),
      ...(isSame ? ['both sides are the same run'] : []),
      ...failing,
      ...(comparisons.some(({ isAssumed }) => isAssumed) ? [`~: ${ASSUMPTION}`] : []),
      ...differentLoads(baseline.loads, current.loads),
      ...baseline.notes,
      ...current.notes,
    ],
  };
}

/** With more failures than successes, latencies and rate describe the failures. */
const MAX_FAILED_SHARE = 0.5;

function failingJobs(runs: ComparedSide['runs'], side: string): string[] {
  const failing = runs.flat().flatMap((job): string[] => {
    const share = job.phase === undefined ? job.figures.error_rate?.value : undefined;
    if (share === undefined || share <= MAX_FAILED_SHARE) return [];
    return [
      `${formatShare(share, 1)} of the ${nounOf(job)}s of ${sanitizeForTerminal(displayName(job))} (${job.type}) failed in the ${side}`,
    ];
  });
  return [...new Set(failing)];
}

function areSameRuns(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a !== undefined && b !== undefined && a.toSorted().join('\n') === b.toSorted().join('\n');
}

/** Notes on jobs whose load differs: such runs are hardly comparable. */
function differentLoads(before: ComparedSide['loads'], after: ComparedSide['loads']): string[] {
  return [...before].flatMap(([job, load]) => {
    const other = after.get(job);
    if (other === undefined || other === load) return [];
    return [`${sanitizeForTerminal(job)} had a different load: ${load}; then ${other}`];
  });
}
