import type { QueryThreshold, Threshold } from '../core/threshold.ts';
import type { Snapshot } from '../recorder/snapshot.ts';
import { isDue, isOver, judge } from './judge.ts';
import { judgeSource, type MeasureSource } from './judge-source.ts';
import { judgeQuery } from './query.ts';
import type { Verdict } from './verdict.ts';

/** A verdict as it stands while a run may still go on. */
export interface Standing {
  readonly verdict: Verdict;
  /** Whether it says something already: a run that has just begun has nothing that could be judged. */
  readonly decided: boolean;
}

/** What stands while a run goes on: all but the answers of servers. */
type StandingThreshold = Exclude<Threshold, QueryThreshold>;

/** Where no source is read. */
const MEASURE_NOTHING: MeasureSource = () => ({ values: [], shortage: 'no source was read' });

/** Holds the thresholds of a run against its snapshots, while it goes on and at its end. */
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
   * How the thresholds on what is recorded and on sources stand as of the last snapshot. Those on a server's answer are not among them:
   * they are judged when the last metrics have left.
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
   * Why a run has to end, if it has to, as of the snapshot that it was updated with last. Whatever becomes of the numbers
   * afterwards, that threshold has failed.
   */
  findBreach(snapshot: Snapshot): Verdict | undefined {
    for (const [index, threshold] of this.#standing.entries()) {
      const verdict = this.#standings[index]?.verdict;
      // What cannot be judged yet may still come out well.
      if (verdict === undefined || verdict.ok || verdict.value === undefined || !isDue(threshold, snapshot)) continue;
      this.#breach = { threshold, verdict: { ...verdict, reason: `${verdict.reason}, so the run was stopped` } };
      return this.#breach.verdict;
    }
    return undefined;
  }

  /** All verdicts, in the order of the workload. Asks the servers; never rejects. */
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
