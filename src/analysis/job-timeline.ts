import {
  errorsOf,
  inFlightOf,
  type JobSnapshot,
  requestsOf,
  subtractDistribution,
  type Tally,
  jobKey,
  type Snapshot,
} from '../recorder/snapshot.ts';
import { percentileIntervals, type BatchTally, BatchSeries, subtractBatches } from './batches.ts';
import { type LatencyTrend, findDrift } from './drift.ts';
import type { PercentileInterval } from './percentile-interval.ts';
import { primaryLatency } from './pool.ts';
import { TimelineBuffer, type TimelineRows } from './timeline-buffer.ts';

/** Development of a job over time, which its final counters do not show. */
export interface JobTimeline {
  readonly timeline: TimelineRows;
  /** Intervals of the response time for paced jobs, else of the service time; empty if the job was too short. */
  readonly intervals: readonly PercentileInterval[];
  /** Intervals per phase of the system under test, by the name of the phase. */
  readonly phases: Readonly<Record<string, PhaseIntervals>>;
  readonly drift: LatencyTrend | undefined;
}

/** Percentile intervals of the requests sent during a phase, and of all others. */
export interface PhaseIntervals {
  readonly inside: readonly PercentileInterval[];
  readonly outside: readonly PercentileInterval[];
}

/** Records one job, or one request type of a mixed job, from snapshot to snapshot. */
export class JobTimelineRecorder {
  readonly #timeline = new TimelineBuffer();
  readonly #batches = new BatchSeries();
  readonly #phases = new Map<string, BatchSeries>();
  #before: JobSnapshot | undefined;
  #isOver = false;

  /**
   * @param job snapshot with latencies
   * @param at seconds since the start of the run
   */
  update(job: JobSnapshot, at: number): void {
    if (this.#isOver || job.elapsedMs <= 0) return;
    const ended = job.endedEpochMs !== undefined;
    const seconds = (job.elapsedMs - (this.#before?.elapsedMs ?? 0)) / 1000;
    // Ticks may be a little early or late: an interval that misses less than half a second is complete.
    if (seconds <= 0 || (!ended && seconds < this.#timeline.stepSeconds - 0.5)) return;
    this.#record(job, at, seconds);
    this.#before = job;
    this.#isOver = ended;
  }

  /**
   * Returns the timeline so far. Intervals and drift are empty, since they take too long to compute each second. The
   * returned timeline grows with further updates.
   */
  readPartial(): JobTimeline {
    return { timeline: this.#timeline.rows, intervals: [], phases: {}, drift: undefined };
  }

  /** @param job final snapshot */
  finish(job: JobSnapshot): JobTimeline {
    const batches = this.#batches.all;
    const phases = job.phases.map(({ name, inside }) => {
      const within = this.#phases.get(name)?.all ?? [];
      // Both start with the first interval, so their batches cover the same times.
      const without = batches.map((batch, index) => subtractBatches(batch, within[index]));
      const others = subtractDistribution(primaryLatency(job.measured), primaryLatency(inside));
      return [
        name,
        { inside: percentileIntervals(primaryLatency(inside), within), outside: percentileIntervals(others, without) },
      ] as const;
    });
    const medians = batches.flatMap(({ latency }) => latency.percentile(50) ?? []);
    return {
      timeline: this.#timeline.rows,
      intervals: percentileIntervals(primaryLatency(job.measured), batches),
      phases: Object.fromEntries(phases),
      drift: findDrift(medians),
    };
  }

  #record(job: JobSnapshot, at: number, seconds: number): void {
    const { measured } = job;
    const was = this.#before?.measured;
    const batch = batchOf(measured, was, seconds);
    const { requests, errors, latency } = batch;
    const lag = was?.lag === undefined ? measured.lag?.latency : measured.lag?.latency.minus(was.lag.latency);
    const max = latency.percentile(100);
    this.#timeline.add({
      at,
      seconds,
      requests,
      errors,
      p50: latency.percentile(50),
      p90: latency.percentile(90),
      p99: latency.percentile(99),
      max: max === undefined ? undefined : Math.min(max, primaryLatency(measured).maxSeconds),
      inFlight: inFlightOf(measured),
      lagP99: lag?.percentile(99),
      // An ended job has no target; its last interval is drawn without one.
      targetRate: job.endedEpochMs === undefined ? job.targetRate : undefined,
    });
    this.#batches.add(batch);
    for (const [index, { name, inside }] of job.phases.entries()) {
      const phase = this.#phases.get(name) ?? new BatchSeries();
      this.#phases.set(name, phase);
      phase.add(batchOf(inside, this.#before?.phases[index]?.inside, seconds));
    }
  }
}

/** Returns the requests between two tallies, or since the start without an earlier one. */
function batchOf(now: Tally, was: Tally | undefined, seconds: number): BatchTally {
  const { latency } = primaryLatency(now);
  if (was === undefined) return { seconds, requests: requestsOf(now), errors: errorsOf(now), latency };
  return {
    seconds,
    requests: requestsOf(now) - requestsOf(was),
    errors: errorsOf(now) - errorsOf(was),
    latency: latency.minus(primaryLatency(was).latency),
  };
}

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
