import type { Snapshot } from '../../recorder/snapshot.ts';
import { jobDocument } from '../../reports/document/job-document.ts';
import type { Reporter } from '../../reports/report.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Progress } from '../progress.ts';

/** Reports progress to a callback. @param warn receives errors that it throws: they must not change the run */
export function progressReport(onProgress: (progress: Progress) => void, warn: (message: string) => void): Reporter {
  let startedEpochMs = 0;
  const update = (snapshot: Snapshot): void => {
    const elapsedSeconds = (snapshot.epochMs - startedEpochMs) / 1000;
    try {
      onProgress({ elapsedSeconds, jobs: snapshot.jobs.map(jobDocument) });
    } catch (error) {
      warn(`onProgress threw: ${messageOf(error)}`);
    }
  };
  return { begin: ({ epochMs }) => void (startedEpochMs = epochMs), update, end: () => {} };
}
