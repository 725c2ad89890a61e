import { jobKey, type Snapshot } from '../recorder/snapshot.ts';
import { type JobTimeline, JobTimelineRecorder } from './job-timeline.ts';

/** Records the development of all jobs of a run. */
export class TimelineRecorder {
  readonly #startedEpochMs: number;
  readonly #recorders = new Map<string, JobTimelineRecorder>();

  constructor(startedEpochMs: number) {
    this.#startedEpochMs = startedEpochMs;
  }

  /**
   * Called about once a second.
   * @param snapshot with latencies
   */
  update({ epochMs, jobs }: Snapshot): void {
    const at = (epochMs - this.#startedEpochMs) / 1000;
    for (const job of jobs) {
      if (!job.opened) continue;
      const key = jobKey(job);
      const recorder = this.#recorders.get(key) ?? new JobTimelineRecorder();
      this.#recorders.set(key, recorder);
      recorder.update(job, at);
    }
  }

  /** Timelines so far, by `jobKey`; jobs that have not started are absent. */
  soFar(): Readonly<Record<string, JobTimeline>> {
    return Object.fromEntries([...this.#recorders].map(([key, recorder]) => [key, recorder.readPartial()]));
  }

  /** Development of each job, by `jobKey`; jobs that never started are absent. */
  conclude({ jobs }: Snapshot): Readonly<Record<string, JobTimeline>> {
    return Object.fromEntries(
      jobs.flatMap((job) => {
        const recorder = this.#recorders.get(jobKey(job));
        return recorder === undefined ? [] : [[jobKey(job), recorder.finish(job)]];
      }),
    );
  }
}
