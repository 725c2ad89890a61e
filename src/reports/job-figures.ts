import type { JobFigures } from '../verdicts/compare.ts';
import { type Estimate, estimateErrorRate, estimateRate, type Part } from '../verdicts/estimate.ts';
import { groupUp } from '../verdicts/neighbours.ts';
import { samplesNeeded } from '../verdicts/samples-needed.ts';
import type { ResultDocument } from './result-document.ts';

type ResultJob = ResultDocument['jobs'][number];

/** What a result says of its jobs that runs can be compared by; of jobs that sent anything. */
export function jobFiguresOf({ jobs }: ResultDocument): readonly JobFigures[] {
  return jobs
    .filter(({ requests }) => requests > 0)
    .map((job) => {
      const parts = groupUp(partsOf(job), addParts);
      const { name, type, rate, errors, requests } = job;
      return {
        job: name,
        type,
        figures: {
          rate: estimateOf(rate, estimateRate(parts)),
          error_rate: estimateOf(errors / requests, estimateErrorRate(parts)),
          p50: percentileOf(job, 'p50', 50),
          p90: percentileOf(job, 'p90', 90),
          p99: percentileOf(job, 'p99', 99),
        },
      };
    });
}

function partsOf({ timeline }: ResultJob): readonly Part[] {
  return timeline.seconds.map((seconds, at) => ({
    seconds: seconds ?? 0,
    requests: timeline.requests[at] ?? 0,
    errors: timeline.errors[at] ?? 0,
  }));
}

function addParts(a: Part, b: Part): Part {
  return { seconds: a.seconds + b.seconds, requests: a.requests + b.requests, errors: a.errors + b.errors };
}

/** The number that all reports give, with the interval that its timeline tells. */
function estimateOf(value: number | null, told: Estimate | undefined): Estimate | undefined {
  if (value === null) return undefined;
  const { low, high } = told ?? {};
  return {
    value,
    low: low === undefined ? undefined : Math.min(low, value),
    high: high === undefined ? undefined : Math.max(high, value),
  };
}

function percentileOf(job: ResultJob, name: 'p50' | 'p90' | 'p99', percent: number): Estimate | undefined {
  const times = job.response_time ?? job.service_time;
  const value = times.percentiles_seconds[name];
  if (value === null || times.count < samplesNeeded(percent)) return undefined;
  const { low_seconds: low, high_seconds: high } = job.confidence.percentiles[name] ?? {};
  return { value, low: low ?? undefined, high: high ?? undefined };
}
