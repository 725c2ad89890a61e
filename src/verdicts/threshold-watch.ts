import type { QueryThreshold, Threshold } from '../core/threshold.ts';
import type { Snapshot } from '../recorder/snapshot.ts';
import { isDue, isOver, judge } from './judge.ts';
import { judgeSource, type MeasureSource } from './judge-source.ts';
import { judgeQuery } from './query.ts';
import type { Verdict } from './verdict.ts';

/** Status of a threshold while the run may continue. */
export interface Standing {
  readonly verdict: Verdict;
  /** Whether there are data to evaluate; false for a run that has just started. */
  readonly decided: boolean;
}

/** Thresholds that are evaluated during the run: all but queries to servers. */
type StandingThreshold = Exclude<Threshold, QueryThreshold>;

/** Default for runs without sources. */
const MEASURE_NOTHING: MeasureSource = () => ({ values: [], shortage: 'no source was scraped' });

/** Evaluates the thresholds of a run during the run and at its end. */
export class ThresholdWatch {
  readonly #thresholds: readonly Threshold[];
  readonly #standing: readonly StandingThreshold[];
  readonly #measureSource: MeasureSource;
  #standings: readonly Standing[] = [];
  #breach: { readonly threshold: StandingThreshold; readonly verdict: Verdict } | undefined;

  constructor(thresholds: readonly Threshold[], measureSource = MEASURE_NOTHING) {
    this.#thresholds = thresholds;
    this.#measureSource = measureSource;
    this.#standing = thresholds.filter((threshold) => threshold.kind !== 'query');
  }

  /**
   * Status of thresholds on recorded requests and on sources, as of the last update. Queries to servers are absent:
   * they are evaluated after the final export.
   */
  get standings(): readonly Standing[] {
    return this.#standings;
  }

  /** @param snapshot with latencies */
  update(snapshot: Snapshot): void {
    this.#standings = this.#standing.map((threshold) => {
      const verdict = this.#judge(threshold, snapshot);
      return { verdict, decided: verdict.value !== undefined || isOver(threshold, snapshot) };
    });
  }

  /**
   * Returns the threshold that stops the run, if any, as of the last update. That threshold stays failed whatever later
   * values are.
   */
  findBreach(snapshot: Snapshot): Verdict | undefined {
    for (const [index, threshold] of this.#standing.entries()) {
      const verdict = this.#standings[index]?.verdict;
      // A threshold without a value yet may still pass.
      if (verdict === undefined || verdict.ok || verdict.value === undefined || !isDue(threshold, snapshot)) continue;
      this.#breach = { threshold, verdict: { ...verdict, reason: `${verdict.reason}, so the run was stopped` } };
      return this.#breach.verdict;
    }
    return undefined;
  }

  /** Evaluates all thresholds, in the order of the workload. Sends the queries to servers; never rejects. */
  async conclude(final: Snapshot): Promise<readonly Verdict[]> {
    return Promise.all(
      this.#thresholds.map(async (threshold) => {
        if (threshold === this.#breach?.threshold) return this.#breach.verdict;
        return threshold.kind === 'query' ? judgeQuery(threshold) : this.#judge(threshold, final);
      }),
    );
  }

  #judge(threshold: StandingThreshold, snapshot: Snapshot): Verdict {
    if (threshold.kind === 'recorded') return judge(threshold, snapshot);
    return judgeSource(threshold, this.#measureSource(threshold));
  }
}
