import type { JobEstimates } from '../compare.ts';
import { widenBetweenRuns, assumedRate, assumedSamples } from '../../analysis/assumed-interval.ts';
import { type Estimate, estimateErrorRate, type CountedPart, wilsonInterval } from '../../analysis/estimate.ts';
import { estimateFromBuckets } from './bucket-percentile.ts';
import type { JobHistory } from './job-histories.ts';

/** Builds the comparable estimates of a job from the series of a server. */
export function estimatesOfHistory({ job, type, phase, times, ...counted }: JobHistory): JobEstimates {
  const { requests, errors, ranSeconds, warmedUp } = counted;
  // The duration of the phase is unknown.
  const seconds = phase === undefined ? ranSeconds : 0;
  const percentile = (percent: number) =>
    times === undefined ? undefined : estimateFromBuckets(times, percent, seconds);
  const percentiles = { p50: percentile(50), p90: percentile(90), p99: percentile(99) };
  if (phase !== undefined) return { job, type, phase, figures: percentiles };
  const parts = requests.map((count, at) => ({
    seconds: 0, // the push time between two moments is unknown, and shares do not need it
    requests: count - (requests[at - 1] ?? 0),
    errors: (errors[at] ?? 0) - (errors[at - 1] ?? 0),
  }));
  const total = requests.at(-1) ?? 0;
  // No series contains the duration of the warm-up. The resolution is too coarse for the variation of the rate.
  const hasRate = !warmedUp && ranSeconds > 0;
  return {
    job,
    type,
    phase,
    figures: {
      rate: hasRate ? rateOf(total, ranSeconds) : undefined,
      error_rate: errorRateOf(parts, total, ranSeconds),
      ...percentiles,
    },
  };
}

function rateOf(requests: number, seconds: number): Estimate {
  const assumed = widenBetweenRuns([assumedRate(requests, seconds)]);
  return { value: requests / seconds, low: undefined, high: undefined, assumed };
}

function errorRateOf(parts: readonly CountedPart[], requests: number, seconds: number): Estimate | undefined {
  const estimate = estimateErrorRate(parts);
  return estimate && { ...estimate, assumed: wilsonInterval(estimate.value, assumedSamples(requests, seconds)) };
}
