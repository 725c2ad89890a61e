import { errorsOf, inFlightOf, type JobSnapshot, requestsOf } from '../recorder/snapshot.ts';
import { Batches } from './batches.ts';
import { type Drift, findDrift } from './drift.ts';
import { type BatchCount, effectiveSamples } from './effective-samples.ts';
import { groupUp } from './neighbours.ts';
import { type PercentileInterval, percentileInterval } from './percentile-interval.ts';
import { usualOf } from './pool.ts';
import { Timeline, type TimelineRecord } from './timeline.ts';

/** How a job went: what its numbers at the end do not tell. */
export interface Course {
  readonly timeline: readonly TimelineRecord[];
  /** Of response time where the job is paced, else of service time; none when it was too short. */
  readonly intervals: readonly PercentileInterval[];
  readonly drift: Drift | undefined;
}

/** The percentiles that intervals are given for. */
const PERCENTS = [50, 75, 90, 95, 99, 99.9, 99.99];

/** Follows one job, or one type of request of a mixed one, from snapshot to snapshot. */
export class CourseRecorder {
  readonly #timeline = new Timeline();
  readonly #batches = new Batches();
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

  /** @param job as it was at last */
  conclude(job: JobSnapshot): Course {
    const batches = this.#batches.all;
    const times = usualOf(job.measured);
    const intervals = PERCENTS.flatMap((percent): PercentileInterval[] => {
      const seconds = times.latency.percentile(percent) ?? 0;
      const counts = batches.map(({ latency }) => ({ total: latency.total, hits: latency.countUpTo(seconds) }));
      const effective = effectiveSamples(groupUp(counts, addCounts), percent / 100);
      return effective === undefined ? [] : [percentileInterval(times, percent, effective)];
    });
    const medians = batches.flatMap(({ latency }) => latency.percentile(50) ?? []);
    return { timeline: this.#timeline.records, intervals, drift: findDrift(averageNeighbours(medians)) };
  }

  #record(job: JobSnapshot, at: number, seconds: number): void {
    const { measured } = job;
    const was = this.#before?.measured;
    const latency =
      was === undefined ? usualOf(measured).latency : usualOf(measured).latency.minus(usualOf(was).latency);
    const lag = was?.lag === undefined ? measured.lag?.latency : measured.lag?.latency.minus(was.lag.latency);
    const requests = requestsOf(measured) - (was === undefined ? 0 : requestsOf(was));
    const errors = errorsOf(measured) - (was === undefined ? 0 : errorsOf(was));
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
    this.#batches.add({ seconds, requests, errors, latency });
  }
}

function addCounts(a: BatchCount, b: BatchCount): BatchCount {
  return { total: a.total + b.total, hits: a.hits + b.hits };
}

/** Fewer values, so that what lasts a while is not taken for a trend of many. */
function averageNeighbours(values: readonly number[]): readonly number[] {
  const sums = values.map((sum) => ({ sum, count: 1 }));
  const grouped = groupUp(sums, (a, b) => ({ sum: a.sum + b.sum, count: a.count + b.count }));
  return grouped.map(({ sum, count }) => sum / count);
}
