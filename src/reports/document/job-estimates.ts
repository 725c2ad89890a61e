import type { JobEstimates } from '../../comparison/compare.ts';
import {
  assumedSamples,
  widenBetweenRuns,
  assumedRanks,
  assumedRate,
  trimmedRange,
} from '../../analysis/assumed-interval.ts';
import {
  type Estimate,
  estimateErrorRate,
  estimateRate,
  type CountedPart,
  type ValueRange,
  wilsonInterval,
} from '../../analysis/estimate.ts';
import { downsample } from '../../analysis/batches.ts';
import { minimumSamples } from '../../analysis/percentile-interval.ts';
import type { Histogram } from 'hdr-histogram-js';
import type { ResultDocument, ResultDurations, ResultJob, ResultPhase } from './result-document.ts';
import { sanitizeForTerminal } from '../../shared/text.ts';
import { decodeDurations, mergeDurations } from './decode-durations.ts';

type Latency = Pick<ResultJob['service_time'], 'count' | 'percentiles_seconds'>;

/** Builds the comparable estimates of a result's jobs and their phases; jobs without requests are left out. */
export function estimateJobs({ jobs }: ResultDocument): readonly JobEstimates[] {
  return jobs
    .filter(({ requests }) => requests > 0)
    .flatMap((job) => [figuresOf(job)].concat(figuresInPhases(job), figuresOfTrends(job)));
}

function figuresOf(job: ResultJob): JobEstimates {
  const parts = downsample(partsOf(job), addParts);
  const { name, type, step, rate, errors, requests, elapsed_seconds: seconds } = job;
  const times = job.response_time ?? job.service_time;
  const durations = times.count === 0 ? undefined : mergeDurations([job]);
  const assumedOf = assumedPercentiles(times, durations, seconds, percentilesOfSeconds(job));
  return {
    job: name,
    type,
    step: step ?? undefined,
    phase: undefined,
    figures: {
      rate: estimateOf(rate, estimateRate(parts), assumedRateOf(job)),
      error_rate: estimateOf(
        errors / requests,
        estimateErrorRate(parts),
        wilsonInterval(errors / requests, assumedSamples(requests, seconds)),
      ),
      ...percentilesOf(times, job.confidence, assumedOf),
    },
  };
}

/** Additional trends. Counters are not compared: whether more is worse is unknown. */
function figuresOfTrends(job: ResultJob): JobEstimates[] {
  const { name, type, step, metrics, elapsed_seconds: seconds } = job;
  return Object.entries(metrics).flatMap(([trend, { durations: times }]) => {
    if (times === null || times.count === 0) return [];
    const durations = decodeDurations(times, `${sanitizeForTerminal(name)}.metrics.${trend}`);
    const figures = percentilesOf(times, undefined, assumedPercentiles(times, durations, seconds));
    return [{ job: name, type, step: step ?? undefined, phase: undefined, trend, figures }];
  });
}

/** Counts and rates of a phase are not compared, since they depend on its duration. */
function figuresInPhases({ name, type, step, phases }: ResultJob): JobEstimates[] {
  const entered = phases.filter(({ inside }) => inside.requests > 0);
  return entered.map(({ name: phase, inside: { latency, confidence } }) => {
    return {
      job: name,
      type,
      step: step ?? undefined,
      phase,
      figures: percentilesOf(latency, confidence, assumedInPhase(latency)),
    };
  });
}

function partsOf({ timeline }: ResultJob): readonly CountedPart[] {
  return timeline.seconds.map((seconds, at) => ({
    seconds: seconds ?? 0,
    requests: timeline.requests[at] ?? 0,
    errors: timeline.errors[at] ?? 0,
  }));
}

function addParts(a: CountedPart, b: CountedPart): CountedPart {
  return { seconds: a.seconds + b.seconds, requests: a.requests + b.requests, errors: a.errors + b.errors };
}

/** Combines the reported value with the interval from its timeline, and with the one by assumption. */
function estimateOf(
  value: number | null,
  measured: Estimate | undefined,
  assumed: ValueRange | undefined,
): Estimate | undefined {
  if (value === null) return undefined;
  const { low, high } = measured ?? {};
  return {
    value,
    low: low === undefined ? undefined : Math.min(low, value),
    high: high === undefined ? undefined : Math.max(high, value),
    assumed,
  };
}

/** @param confidence `undefined`: result file without confidence for phases */
function percentilesOf(
  times: Latency,
  confidence: ResultJob['confidence'] | undefined,
  assumedOf: AssumedOf = () => undefined,
): JobEstimates['figures'] {
  const figureOf = (name: ComparedPercentile, percent: number): Estimate | undefined => {
    const value = times.percentiles_seconds[name];
    if (value === null || times.count < minimumSamples(percent)) return undefined;
    const { low_seconds: low, high_seconds: high } = confidence?.percentiles[name] ?? {};
    return { value, low: low ?? undefined, high: high ?? undefined, assumed: assumedOf(name, percent, value) };
  };
  return { p50: figureOf('p50', 50), p90: figureOf('p90', 90), p99: figureOf('p99', 99) };
}

type PhaseLatency = ResultPhase['inside']['latency'];

type ComparedPercentile = 'p50' | 'p90' | 'p99';

/** Returns the interval of a percentile by assumption; `undefined` if the result lacks the data for it. */
type AssumedOf = (name: ComparedPercentile, percent: number, value: number) => ValueRange | undefined;

/** Minimum share of the busiest second's requests; seconds below it are incomplete and ignored. */
const WHOLE = 0.25;

/** Returns a percentile of each second of a job. */
type PercentileOfSeconds = (name: ComparedPercentile, percent: number) => readonly number[];

function percentilesOfSeconds(job: ResultJob): PercentileOfSeconds {
  const { timeline } = job;
  return (name, percent) =>
    wholeSeconds(job).flatMap((at) => {
      const value = timeline[`${name}_seconds`][at];
      return value === null || value === undefined || (timeline.requests[at] ?? 0) < minimumSamples(percent)
        ? []
        : [value];
    });
}

/**
 * Intervals of percentiles by assumption: from ranks of the histogram, and from the range over the seconds of the load.
 * @param seconds of load
 */
function assumedPercentiles(
  { count, max_seconds: max }: ResultDurations,
  durations: Histogram | undefined,
  seconds: number,
  secondsOf: PercentileOfSeconds = () => [],
): AssumedOf {
  const at = (share: number): number => (durations?.getValueAtPercentile(share * 100) ?? 0) / 1e6;
  return (name, percent, value) => {
    const middle = at(percent / 100);
    if (middle <= 0) return undefined;
    // The reported value is the middle of its histogram slot; `getValueAtPercentile` returns the end of it.
    const scale = value / middle;
    const ranks = assumedRanks(count, percent, seconds);
    const low = Math.min(value, at(ranks.low / count) * scale);
    const high = Math.max(value, Math.min(at(ranks.high / count) * scale, max ?? Infinity));
    return widenBetweenRuns([{ low, high }, around(value, trimmedRange(secondsOf(name, percent)))]);
  };
}

/** Returns the range if it contains the value, else `undefined`. */
function around(value: number, range: ValueRange | undefined): ValueRange | undefined {
  return range !== undefined && range.low <= value && value <= range.high ? range : undefined;
}

/** Number of independent durations with p90 above the median and p99 above p75, with 95 % confidence. */
const ENOUGH_FOR_BOUNDS = 20;

/** Intervals by assumption for a phase, which has no histogram in the result: from its other percentiles. */
function assumedInPhase({ count, percentiles_seconds: known, max_seconds: max }: PhaseLatency): AssumedOf {
  const lowOf = { p50: null, p90: known.p50, p99: known.p75 };
  return (name) => {
    const low = lowOf[name];
    if (count < ENOUGH_FOR_BOUNDS || low === null || max === null) return undefined;
    return widenBetweenRuns([{ low, high: max }]);
  };
}

/** Interval of a job's rate by assumption, in requests per second. */
function assumedRateOf(job: ResultJob): ValueRange | undefined {
  const { requests, elapsed_seconds: seconds, timeline } = job;
  const rates = wholeSeconds(job).flatMap((at) => {
    const [count, span] = [timeline.requests[at], timeline.seconds[at]];
    return count === null || count === undefined || !span ? [] : [count / span];
  });
  return widenBetweenRuns([assumedRate(requests, seconds), around(requests / seconds, trimmedRange(rates))]);
}

/** Indexes of the timeline's intervals of about full length and load. */
function wholeSeconds({ timeline }: ResultJob): readonly number[] {
  const requests = timeline.requests.map((count) => count ?? 0);
  const busiest = Math.max(0, ...requests);
  const longest = Math.max(0, ...timeline.seconds.map((span) => span ?? 0));
  return requests.flatMap((count, at) =>
    count >= WHOLE * busiest && (timeline.seconds[at] ?? 0) >= WHOLE * longest ? [at] : [],
  );
}
