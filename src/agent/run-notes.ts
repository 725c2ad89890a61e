import type { Snapshot } from '../recorder/snapshot.ts';
import type { RunResult } from '../reports/report.ts';

/** Writes a run down where people look at its charts, while it goes on. It disturbs nothing and fails nothing. */
export interface RunNotes {
  /** @param startedEpochMs when the run began, in milliseconds since the epoch */
  begin(startedEpochMs: number): void;
  /** Called about once a second, and once more at the end. */
  update(now: Snapshot): void;
  /** Resolves when all is written down, or has taken too long. Never rejects. */
  end(result: RunResult): Promise<void>;
}
