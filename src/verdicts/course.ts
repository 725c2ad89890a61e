import { errorsOf, inFlightOf, type JobSnapshot, requestsOf, subtract, type Tally } from '../recorder/snapshot.ts';
import { intervalsOf } from './batch-intervals.ts';
import { type Batch, Batches, subtractBatches } from './batches.ts';
import { type Drift, findDrift } from './drift.ts';
import { groupUp } from './neighbours.ts';
import type { PercentileInterval } from './percentile-interval.ts';
import { usualOf } from './pool.ts';
import { Timeline, type TimelineRecord } from './timeline.ts';

/** How a job went: what its numbers at the end do not tell. */
export interface Course {
  readonly timeline: readonly TimelineRecord[];
  /** Of response time where the job is paced, else of service time; none when it was too short. */
  readonly intervals: readonly PercentileInterval[];
  /** The same for each phase of the system under test, by its name. */
  readonly phases: Readonly<Record<string, PhaseIntervals>>;
  readonly drift: Drift | undefined;
}

/** Of the requests that were sent in a phase, and of the others. */
export interface PhaseIntervals {
  readonly inside: readonly PercentileInterval[];
  readonly outside: readonly PercentileInterval[];
}

/** Follows one job, or one type of request of a mixed one, from snapshot to snapshot. */
export class CourseRecorder {
  readonly #timeline = new Timeline();
  readonly #batches = new Batches();
  readonly #phases = new Map<string, Batches>();
  #before: JobSnapshot | undefined;
  #isOver = false;

  /**
   * @param job with latencies
   * @param at seconds since the run began
   */
  update(job: JobSnapshot, at: number): void {
    if (this.#isOver || job.elapsedMs <= 0) return;
    const ended = job.endedEpochMs !== undefined;
    const seconds = (job.elapsedMs - (this.#before?.elapsedMs ?? 0)) / 1000;
    // Ticks come a little early or late; an interval that is nearly over is over.
    if (seconds <= 0 || (!ended && seconds < this.#timeline.stepSeconds - 0.5)) return;
    this.#record(job, at, seconds);
    this.#before = job;
    this.#isOver = ended;
  }

  /** How it went so far; intervals and drift take too long for each second. The timeline grows with further updates. */
  soFar(): Course {
    return { timeline: this.#timeline.records, intervals: [], phases: {}, drift: undefined };
  }

  /** @param job as it was at last */
  conclude(job: JobSnapshot): Course {
    const batches = this.#batches.all;
    const phases = job.phases.map(({ name, inside }) => {
      const within = this.#phases.get(name)?.all ?? [];
      // Both began with the first interval, and so have their parts at the same times.
      const without = batches.map((batch, index) => subtractBatches(batch, within[index]));
      const others = subtract(usualOf(job.measured), usualOf(inside));
      return [name, { inside: intervalsOf(usualOf(inside), within), outside: intervalsOf(others, without) }] as const;
    });
    const medians = batches.flatMap(({ latency }) => latency.percentile(50) ?? []);
    return {
      timeline: this.#timeline.records,
      intervals: intervalsOf(usualOf(job.measured), batches),
      phases: Object.fromEntries(phases),
      drift: findDrift(averageNeighbours(medians)),
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
      max: max === undefined ? undefined : Math.min(max, usualOf(measured).maxSeconds),
      inFlight: inFlightOf(measured),
      lagP99: lag?.percentile(99),
    });
    this.#batches.add(batch);
    for (const [index, { name, inside }] of job.phases.entries()) {
      const phase = this.#phases.get(name) ?? new Batches();
      this.#phases.set(name, phase);
      phase.add(batchOf(inside, this.#before?.phases[index]?.inside, seconds));
    }
  }
}

/** What happened between two readings; since the beginning where there is none before. */
function batchOf(now: Tally, was: Tally | undefined, seconds: number): Batch {
  const { latency } = usualOf(now);
  if (was === undefined) return { seconds, requests: requestsOf(now), errors: errorsOf(now), latency };
  return {
    seconds,
    requests: requestsOf(now) - requestsOf(was),
    errors: errorsOf(now) - errorsOf(was),
    latency: latency.minus(usualOf(was).latency),
  };
}

/** Fewer values, so that what lasts a while is not taken for a trend of many. */
function averageNeighbours(values: readonly number[]): readonly number[] {
  const sums = values.map((sum) => ({ sum, count: 1 }));
  const grouped = groupUp(sums, (a, b) => ({ sum: a.sum + b.sum, count: a.count + b.count }));
  return grouped.map(({ sum, count }) => sum / count);
}
