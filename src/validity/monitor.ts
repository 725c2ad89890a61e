import type { Snapshot } from '../recorder/snapshot.ts';
import type { Validity, ValidityFinding } from './finding.ts';

/** Determines during a run whether its numbers are valid. */
export interface ValidityMonitor {
  readonly currentValidity: Validity;
  /**
   * Updates the findings. Called at the start of the run, from which seconds are counted, and then about once a second.
   * @param snapshot with latencies
   * @returns new findings, to report immediately
   */
  update(snapshot: Snapshot): readonly ValidityFinding[];
  /**
   * Adds the findings of finished jobs.
   * @param final the last snapshot, already passed to `update`
   */
  conclude(final: Snapshot): readonly ValidityFinding[];
}
