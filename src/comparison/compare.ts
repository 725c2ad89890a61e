import { estimateDifference, isAssumed } from './difference.ts';
import { type Estimate, mapEstimate, type ValueRange } from '../analysis/estimate.ts';
import { sanitizeForTerminal } from '../shared/text.ts';

/** Metrics that runs are compared by. */
export const COMPARED_METRICS = ['rate', 'error_rate', 'p50', 'p90', 'p99'] as const;
export type ComparedMetric = (typeof COMPARED_METRICS)[number];

/** Estimates for a job of one run, or for its requests during a phase of the system under test. */
export interface JobEstimates {
  readonly job: string;
  readonly type: string;
  /** Name of an operation of the job; `undefined`: none. */
  readonly step: string | undefined;
  /** Phase of the system under test; `undefined`: all requests. */
  readonly phase: string | undefined;
  /** Additional trend of the job; absent: its requests. */
  readonly trend?: string | undefined;
  /** `undefined` for a metric without a value; a metric that is absent is not compared. */
  readonly figures: Readonly<Partial<Record<ComparedMetric, Estimate | undefined>>>;
}

/** Allowed deterioration: relative to the baseline, for the error rate the absolute difference of the two shares. */
export type Allowances = Readonly<Record<ComparedMetric, number>>;

export const DEFAULT_ALLOWED: Allowances = { rate: 0.05, error_rate: 0.001, p50: 0.05, p90: 0.05, p99: 0.05 };

export type ComparisonVerdict = 'regression' | 'improvement' | 'no_difference' | 'cannot_tell';

/** Comparison of one metric of one job between baseline and current runs. */
export interface Comparison {
  readonly job: string;
  readonly type: string;
  readonly step: string | undefined;
  readonly phase: string | undefined;
  readonly trend?: string | undefined;
  readonly metric: ComparedMetric;
  /** Mean over the runs of the side; `undefined` without any value. */
  readonly baseline: number | undefined;
  readonly current: number | undefined;
  /** Range that contains the baseline's percentile, if only its histogram bucket is known. */
  readonly baselineWithin: ValueRange | undefined;
  /** Relative change, for the error rate the absolute difference; with its 95 % interval. */
  readonly change: Estimate | undefined;
  /** Whether the interval rests on an assumption because a run is too short or too unsteady to measure it. */
  readonly isAssumed: boolean;
  readonly allowed: number;
  readonly verdict: ComparisonVerdict;
  /** Values of the runs of a baseline of three and more; absent: fewer. */
  readonly series?: RunSeries;
}

/** Values of the runs of both sides, in their order. */
export interface RunSeries {
  readonly baseline: readonly number[];
  readonly current: readonly number[];
}

/** Fewest runs of a baseline whose values are a series. */
const MIN_SERIES = 3;

/**
 * Compares two sides of one or more runs each, metric by metric. A regression is a change for the worse that chance
 * does not explain and that exceeds the allowance. "No difference" means that the change is within the allowance with
 * 95 % confidence. Everything else is undecided (`cannot_tell`). Jobs are matched by name, operation, type and phase, and
 * duplicates by their order.
 */
export function compareRuns(
  baseline: readonly (readonly JobEstimates[])[],
  current: readonly (readonly JobEstimates[])[],
  allowed: Allowances,
): readonly Comparison[] {
  const [before, after] = [sideOf(baseline), sideOf(current)];
  return [...before].flatMap(([key, ofBaseline]) => {
    const ofCurrent = after.get(key) ?? [];
    const [first] = ofBaseline;
    if (first === undefined || ofCurrent.length === 0) return [];
    const { job, type, step, phase, trend, figures } = first;
    return COMPARED_METRICS.filter((metric) => metric in figures).flatMap((metric): Comparison[] => {
      const [a, b] = [figuresOf(ofBaseline, metric), figuresOf(ofCurrent, metric)];
      if (a.length === 0 && b.length === 0) return [];
      const change = changeOf(a, b, metric);
      const comparison: Comparison = {
        job,
        type,
        step,
        phase,
        ...(trend !== undefined && { trend }),
        metric,
        baseline: meanOf(valuesOf(a)),
        current: meanOf(valuesOf(b)),
        baselineWithin: rangeOf(a),
        change,
        isAssumed: isAssumed(a, b),
        allowed: allowed[metric],
        verdict: classifyChange(change, allowed[metric], metric === 'rate' ? -1 : 1),
        ...(a.length >= MIN_SERIES && { series: { baseline: valuesOf(a), current: valuesOf(b) } }),
      };
      return [hadNoErrors(comparison) ? { ...comparison, verdict: 'no_difference' } : comparison];
    });
  });
}

/** Error rates of 0 on both sides are equal, whatever so few requests can exclude. */
function hadNoErrors({ metric, baseline, current }: Comparison): boolean {
  return metric === 'error_rate' && baseline === 0 && current === 0;
}

/** Returns a comparison of the same value with itself: change 0, `no_difference`. */
export function withoutChange(comparison: Comparison): Comparison {
  return { ...comparison, change: { value: 0, low: 0, high: 0 }, isAssumed: false, verdict: 'no_difference' };
}

/** Display name of a job or its part: `reads`, `shop · search`, `reads during backup`, `first_byte of reads`. */
export function displayName({
  job,
  step,
  phase,
  trend,
}: Pick<JobEstimates, 'job' | 'step' | 'phase' | 'trend'>): string {
  const whole = step === undefined ? job : `${job} · ${step}`;
  const name = trend === undefined ? whole : `${trend} of ${whole}`;
  return phase === undefined ? name : `${name} during ${phase}`;
}

/** Display names of the jobs and phases of jobs that are missing on the other side. */
export function unmatchedJobs(
  side: readonly (readonly JobEstimates[])[],
  other: readonly (readonly JobEstimates[])[],
): readonly string[] {
  const known = sideOf(other);
  return [...sideOf(side)].flatMap(([key, [first]]) =>
    first === undefined || known.has(key) ? [] : [`${displayName(first)} (${first.type})`],
  );
}

function sideOf(runs: readonly (readonly JobEstimates[])[]): ReadonlyMap<string, readonly JobEstimates[]> {
  const jobs = new Map<string, JobEstimates[]>();
  for (const run of runs) {
    const seen = new Map<string, number>();
    for (const figures of run) {
      const name = JSON.stringify([figures.job, figures.type, figures.step, figures.phase, figures.trend]);
      const number = (seen.get(name) ?? 0) + 1;
      seen.set(name, number);
      const key = `${name} ${number}`;
      jobs.set(key, [...(jobs.get(key) ?? []), figures]);
    }
  }
  return jobs;
}

function figuresOf(jobs: readonly JobEstimates[], metric: ComparedMetric): readonly Estimate[] {
  return jobs.flatMap(({ figures }) => figures[metric] ?? []);
}

function valuesOf(estimates: readonly Estimate[]): readonly number[] {
  return estimates.map(({ value }) => value);
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rangeOf(estimates: readonly Estimate[]): ValueRange | undefined {
  if (!estimates.some(({ within }) => within !== undefined)) return undefined;
  const ends = (endOf: (range: ValueRange) => number): number[] =>
    estimates.map(({ value, within = { low: value, high: value } }) => endOf(within));
  return { low: Math.min(...ends(({ low }) => low)), high: Math.max(...ends(({ high }) => high)) };
}

/** Compares times and rates by their ratio, error rates by their difference. */
function changeOf(
  before: readonly Estimate[],
  after: readonly Estimate[],
  metric: ComparedMetric,
): Estimate | undefined {
  if (metric === 'error_rate') {
    const difference = estimateDifference(before, after);
    return difference && mapEstimate(difference, (value) => Math.max(-1, Math.min(1, value)));
  }
  const difference = estimateDifference(before.map(toLogarithm), after.map(toLogarithm));
  return difference && mapEstimate(difference, Math.expm1);
}

/** Lower limit in seconds (half a microsecond) for values whose logarithm is taken. */
const LEAST = 5e-7;

function toLogarithm(estimate: Estimate): Estimate {
  return mapEstimate(estimate, (value) => Math.log(Math.max(value, LEAST)));
}

/** @param worse 1 if a larger value is worse, -1 if a smaller one is */
function classifyChange(change: Estimate | undefined, allowed: number, worse: 1 | -1): ComparisonVerdict {
  if (change === undefined) return 'cannot_tell';
  const [low, high] = worse === 1 ? [change.low, change.high] : [negative(change.high), negative(change.low)];
  // If only a range of the value is known, the whole range must be beyond the allowance.
  const { low: least, high: most } = change.within ?? { low: change.value, high: change.value };
  const [leastWorse, mostWorse] = worse === 1 ? [least, most] : [-most, -least];
  // The end on the side of no change decides; the other end may be unknown.
  if (low !== undefined && low > 0 && leastWorse > allowed) return 'regression';
  if (high !== undefined && high < 0 && mostWorse < -allowed) return 'improvement';
  if (low === undefined || high === undefined) return 'cannot_tell';
  return low >= -allowed && high <= allowed ? 'no_difference' : 'cannot_tell';
}

function negative(end: number | undefined): number | undefined {
  return end === undefined ? undefined : -end;
}

/** Describes a run that is marked invalid, for messages. */
export function describeInvalid(runId: string): string {
  return `run ${sanitizeForTerminal(runId.slice(0, 8))} is marked invalid: its numbers are unreliable`;
}
