import type { JobFigures } from '../compare.ts';
import { estimateErrorRate } from '../estimate.ts';
import { estimateFromBuckets } from './bucket-percentile.ts';
import type { JobHistory } from './job-histories.ts';

/** What a server's series say of a job that runs can be compared by. */
export function figuresOfHistory({ job, type, phase, times, ...counted }: JobHistory): JobFigures {
  const percentile = (percent: number) => (times === undefined ? undefined : estimateFromBuckets(times, percent));
  const percentiles = { p50: percentile(50), p90: percentile(90), p99: percentile(99) };
  if (phase !== undefined) return { job, type, phase, figures: percentiles };
  const { requests, errors, ranSeconds, warmedUp } = counted;
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
      rate: hasRate ? { value: total / ranSeconds, low: undefined, high: undefined } : undefined,
      error_rate: estimateErrorRate(parts),
      ...percentiles,
    },
  };
}
