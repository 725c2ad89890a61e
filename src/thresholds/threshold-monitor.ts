import type { QueryThreshold, Threshold } from '../plan/threshold.ts';
import type { Snapshot } from '../recorder/snapshot.ts';
import { mayAbort, hasEnded, evaluateThreshold } from './evaluate-threshold.ts';
import { evaluateSourceThreshold, type MeasureSource, evaluateQueryThreshold } from './evaluate-external-threshold.ts';
import type { ThresholdResult } from './threshold-result.ts';

/** Status of a threshold while the run may continue. */
export interface ThresholdStatus {
  readonly verdict: ThresholdResult;
  /** Whether there are data to evaluate; false for a run that has just started. */
  readonly decided: boolean;
}

/** Thresholds that are evaluated during the run: all but queries to servers. */
type ContinuousThreshold = Exclude<Threshold, QueryThreshold>;

/** Default for runs without sources. */
const noopMeasureSource: MeasureSource = () => ({ values: [], shortage: 'no source was scraped' });

/** Evaluates the thresholds of a run during the run and at its end. */
export class ThresholdMonitor {
  readonly #thresholds: readonly Threshold[];
  readonly #standing: readonly ContinuousThreshold[];
  readonly #measureSource: MeasureSource;
  #statuses: readonly ThresholdStatus[] = [];
  #breach: { readonly threshold: ContinuousThreshold; readonly verdict: ThresholdResult } | undefined;

  constructor(thresholds: readonly Threshold[], measureSource = noopMeasureSource) {
    this.#thresholds = thresholds;
    this.#measureSource = measureSource;
    this.#standing = thresholds.filter((threshold) => threshold.kind !== 'query');
  }

  /**
   * Status of thresholds on recorded requests and on sources, as of the last update. Queries to servers are absent:
   * they are evaluated after the final export.
   */
  get standings(): readonly ThresholdStatus[] {
    return this.#statuses;
  }

  /** @param snapshot with latencies */
  update(snapshot: Snapshot): void {
    this.#statuses = this.#standing.map((threshold) => {
      const verdict = this.#judge(threshold, snapshot);
      return { verdict, decided: verdict.value !== undefined || hasEnded(threshold, snapshot) };
    });
  }

  /**
   * Returns the threshold that stops the run, if any, as of the last update. That threshold stays failed whatever later
   * values are.
   */
  findBreach(snapshot: Snapshot): ThresholdResult | undefined {
    for (const [index, threshold] of this.#standing.entries()) {
      const verdict = this.#statuses[index]?.verdict;
      // A threshold without a value yet may still pass.
      if (verdict === undefined || verdict.ok || verdict.value === undefined || !mayAbort(threshold, snapshot))
        continue;
      this.#breach = { threshold, verdict: { ...verdict, reason: `${verdict.reason}, so the run was stopped` } };
      return this.#breach.verdict;
    }
    return undefined;
  }

  /** Evaluates all thresholds, in the order of the workload. Sends the queries to servers; never rejects. */
  async evaluateAll(final: Snapshot): Promise<readonly ThresholdResult[]> {
    return Promise.all(
      this.#thresholds.map(async (threshold) => {
        if (threshold === this.#breach?.threshold) return this.#breach.verdict;
        return threshold.kind === 'query' ? evaluateQueryThreshold(threshold) : this.#judge(threshold, final);
      }),
    );
  }

  #judge(threshold: ContinuousThreshold, snapshot: Snapshot): ThresholdResult {
    if (threshold.kind === 'recorded') return evaluateThreshold(threshold, snapshot);
    return evaluateSourceThreshold(threshold, this.#measureSource(threshold));
  }
}
