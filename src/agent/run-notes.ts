import type { Snapshot } from '../recorder/snapshot.ts';
import type { RunResult } from '../reports/report.ts';

/** Notes a run in a system of charts while it goes on. Never delays or fails the run. */
export interface RunNotes {
  /** @param startedEpochMs when the run began, in milliseconds since the epoch */
  begin(startedEpochMs: number): void;
  /** Called about once a second, and once more at the end. */
  update(now: Snapshot): void;
  /** Resolves when all notes are written, or timed out. Never rejects. */
  end(result: RunResult): Promise<void>;
}
