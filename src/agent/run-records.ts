import type { MetricsRegistry } from '../metrics/metrics-registry.ts';
import type { RunRecord } from '../recorder/run-record.ts';
import { countsOf, type Snapshot } from '../recorder/snapshot.ts';
import type { SnapshotDetail } from '../recorder/tally.ts';

/** Records of the runs that an agent still exposes: the current one, and those that ended recently. */
export class RunRecords {
  readonly #registry: Pick<MetricsRegistry, 'expire' | 'hasExpired'>;
  readonly #detail: SnapshotDetail;
  /** For an ended run only its final numbers are kept. */
  #runs: (RunRecord | Snapshot)[] = [];

  /** @param detail level of detail of the exposition */
  constructor(registry: Pick<MetricsRegistry, 'expire' | 'hasExpired'>, detail: SnapshotDetail = 'counts') {
    this.#registry = registry;
    this.#detail = detail;
  }

  /** Adds the newest run. Expired earlier ones are dropped here, too, in case they are never read. */
  add(record: RunRecord): void {
    this.#registry.expire(this.snapshots());
    this.snapshots();
    this.#runs.push(record);
  }

  /** Current records, the oldest first; drops those that are no longer exposed. */
  snapshots(): readonly Snapshot[] {
    const snapshots = this.#runs.map((run) => ('snapshot' in run ? run.snapshot(this.#detail) : run));
    this.#runs = snapshots.flatMap((snapshot, index) => {
      if (this.#registry.hasExpired(snapshot.runId)) return [];
      return snapshot.endedMs === undefined ? (this.#runs[index] ?? []) : this.#shownOf(snapshot);
    });
    return snapshots;
  }

  #shownOf(snapshot: Snapshot): Snapshot {
    return this.#detail === 'counts' ? countsOf(snapshot) : snapshot;
  }
}
