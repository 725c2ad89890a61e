import type { Result, ResultFile } from './result.ts';

/** A result to compare: of `run`, the content of a result file, or the path of one. */
export type ComparedResult = Result | ResultFile | string;

/** Options of `compare`. */
export interface CompareOptions {
  /**
   * Allowed deterioration as a share of the baseline, such as 0.1 for 10 %; of `error_rate` the difference of the two
   * shares. Without it: 0.001 for `error_rate`, 0.05 for the others.
   */
  readonly maxRegression?: { readonly [Metric in ComparedValue]?: number | undefined } | undefined;
  /** Compares runs that are marked invalid or partial, and jobs that mostly failed, like all others. */
  readonly allowInvalid?: boolean | undefined;
}

type ComparedValue = 'rate' | 'error_rate' | 'p50' | 'p90' | 'p99';

/** Comparison of two sides, as in the file of `compare --json`. */
export interface ComparisonResult {
  /**
   * `regression`: at least one; `unknown`: no regression, and chance may explain at least one change, or the runs are
   * invalid or partial; `passed`: neither.
   */
  readonly verdict: 'passed' | 'regression' | 'unknown';
  readonly kind: string;
  readonly schema_version: number;
  /** Number of comparisons with the verdict `regression`. */
  readonly regressions: number;
  /** Number of comparisons with the verdict `cannot_tell`. */
  readonly unknown: number;
  /** Ids of runs that are marked invalid. */
  readonly invalid_runs: readonly string[];
  readonly failing_jobs: readonly string[];
  readonly partial_runs: readonly string[];
  readonly comparisons: readonly {
    readonly job: string;
    readonly job_type: string;
    readonly step: string | null;
    readonly phase: string | null;
    readonly metric: ComparedValue;
    /** Mean over the runs of the side: seconds, a share, or requests per second. */
    readonly baseline: number | null;
    readonly baseline_low: number | null;
    readonly baseline_high: number | null;
    readonly current: number | null;
    /** Relative change, of `error_rate` the difference, with its 95 % interval. */
    readonly change: number | null;
    readonly change_low: number | null;
    readonly change_high: number | null;
    /** Whether the interval was measured, or rests on an assumption. */
    readonly interval: 'assumed' | 'measured';
    readonly allowed: number;
    readonly verdict: 'regression' | 'improvement' | 'no_difference' | 'cannot_tell';
  }[];
  readonly notes: readonly string[];
}
