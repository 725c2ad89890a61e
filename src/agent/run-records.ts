import type { Surface } from '../metrics/surface.ts';
import type { RunRecord } from '../recorder/run-record.ts';
import { countsOf, type Snapshot } from '../recorder/snapshot.ts';
import type { Detail } from '../recorder/tally.ts';

/** What is recorded of the runs that an agent still shows: the one under way, and those that ended not long ago. */
export class RunRecords {
  readonly #surface: Pick<Surface, 'expire' | 'hasLeft'>;
  readonly #detail: Detail;
  /** Of a run that is over only its last numbers are kept. */
  #runs: (RunRecord | Snapshot)[] = [];

  /** @param detail how much of a run the surface shows */
  constructor(surface: Pick<Surface, 'expire' | 'hasLeft'>, detail: Detail = 'counts') {
    this.#surface = surface;
    this.#detail = detail;
  }

  /** The newest run. Those before it that have had their time are forgotten, also where nobody ever reads them. */
  add(record: RunRecord): void {
    this.#surface.expire(this.snapshots());
    this.snapshots();
    this.#runs.push(record);
  }

  /** The runs as they are now, the oldest first; those that have left the surface for good are forgotten. */
  snapshots(): readonly Snapshot[] {
    const snapshots = this.#runs.map((run) => ('snapshot' in run ? run.snapshot(this.#detail) : run));
    this.#runs = snapshots.flatMap((snapshot, index) => {
      if (this.#surface.hasLeft(snapshot.runId)) return [];
      return snapshot.endedMs === undefined ? (this.#runs[index] ?? []) : this.#shownOf(snapshot);
    });
    return snapshots;
  }

  #shownOf(snapshot: Snapshot): Snapshot {
    return this.#detail === 'counts' ? countsOf(snapshot) : snapshot;
  }
}
