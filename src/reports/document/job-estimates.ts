import {
  assumedInPhase,
  assumedPercentiles,
  assumedRateOf,
  type AssumedOf,
  type ComparedPercentile,
} from './assumed-estimates.ts';
import type { JobEstimates } from '../../comparison/compare.ts';
import { assumedSamples } from '../../analysis/assumed-interval.ts';
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
import type { ResultDocument, ResultJob } from './result-document.ts';

type Latency = Pick<ResultJob['service_time'], 'count' | 'percentiles_seconds'>;

/** Builds the comparable estimates of a result's jobs and their phases; jobs without requests are left out. */
export function estimateJobs({ jobs }: ResultDocument): readonly JobEstimates[] {
  return jobs.filter(({ requests }) => requests > 0).flatMap((job) => [figuresOf(job)].concat(figuresInPhases(job)));
}

function figuresOf(job: ResultJob): JobEstimates {
  const parts = downsample(partsOf(job), addParts);
  const { name, type, rate, errors, requests, elapsed_seconds: seconds } = job;
  const assumedOf = assumedPercentiles(job);
  return {
    job: name,
    type,
    phase: undefined,
    figures: {
      rate: estimateOf(rate, estimateRate(parts), assumedRateOf(job)),
      error_rate: estimateOf(
        errors / requests,
        estimateErrorRate(parts),
        wilsonInterval(errors / requests, assumedSamples(requests, seconds)),
      ),
      ...percentilesOf(job.response_time ?? job.service_time, job.confidence, assumedOf),
    },
  };
}

/** Counts and rates of a phase are not compared, since they depend on its duration. */
function figuresInPhases({ name, type, phases }: ResultJob): JobEstimates[] {
  const entered = phases.filter(({ inside }) => inside.requests > 0);
  return entered.map(({ name: phase, inside: { latency, confidence } }) => {
    return { job: name, type, phase, figures: percentilesOf(latency, confidence, assumedInPhase(latency)) };
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
