import type { JobFigures } from '../compare.ts';
import { assumeBetweenRuns, assumedRate, assumedSamples } from '../assumed-interval.ts';
import { type Estimate, estimateErrorRate, type Part, wilsonInterval } from '../estimate.ts';
import { estimateFromBuckets } from './bucket-percentile.ts';
import type { JobHistory } from './job-histories.ts';

/** What a server's series say of a job that runs can be compared by. */
export function figuresOfHistory({ job, type, phase, times, ...counted }: JobHistory): JobFigures {
  const { requests, errors, ranSeconds, warmedUp } = counted;
  // How long the phase lasted is not known.
  const seconds = phase === undefined ? ranSeconds : 0;
  const percentile = (percent: number) =>
    times === undefined ? undefined : estimateFromBuckets(times, percent, seconds);
  const percentiles = { p50: percentile(50), p90: percentile(90), p99: percentile(99) };
  if (phase !== undefined) return { job, type, phase, figures: percentiles };
  const parts = requests.map((count, at) => ({
    seconds: 0, // when in between two moments they were pushed is not known, and not needed for shares
    requests: count - (requests[at - 1] ?? 0),
    errors: (errors[at] ?? 0) - (errors[at - 1] ?? 0),
  }));
  const total = requests.at(-1) ?? 0;
  // How long it warmed up is in no series, and how its rate varied was seen too seldom.
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
  const assumed = assumeBetweenRuns([assumedRate(requests, seconds)]);
  return { value: requests / seconds, low: undefined, high: undefined, assumed };
}

function errorRateOf(parts: readonly Part[], requests: number, seconds: number): Estimate | undefined {
  const estimate = estimateErrorRate(parts);
  return estimate && { ...estimate, assumed: wilsonInterval(estimate.value, assumedSamples(requests, seconds)) };
}
