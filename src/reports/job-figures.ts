import type { JobFigures } from '../verdicts/compare.ts';
import { type Estimate, estimateErrorRate, estimateRate, type Part } from '../verdicts/estimate.ts';
import { groupUp } from '../verdicts/neighbours.ts';
import { samplesNeeded } from '../verdicts/samples-needed.ts';
import type { ResultDocument } from './result-document.ts';

type ResultJob = ResultDocument['jobs'][number];
type Latency = Pick<ResultJob['service_time'], 'count' | 'percentiles_seconds'>;

/** What a result says of its jobs, and of their phases, that runs can be compared by; of those in which anything was sent. */
export function jobFiguresOf({ jobs }: ResultDocument): readonly JobFigures[] {
  return jobs.filter(({ requests }) => requests > 0).flatMap((job) => [figuresOf(job)].concat(figuresInPhases(job)));
}

function figuresOf(job: ResultJob): JobFigures {
  const parts = groupUp(partsOf(job), addParts);
  const { name, type, rate, errors, requests } = job;
  return {
    job: name,
    type,
    phase: undefined,
    figures: {
      rate: estimateOf(rate, estimateRate(parts)),
      error_rate: estimateOf(errors / requests, estimateErrorRate(parts)),
      ...percentilesOf(job.response_time ?? job.service_time, job.confidence),
    },
  };
}

/** How many requests fell into a phase is up to how long it lasted: of their number nothing is compared. */
function figuresInPhases({ name, type, phases }: ResultJob): JobFigures[] {
  const entered = phases.filter(({ inside }) => inside.requests > 0);
  return entered.map(({ name: phase, inside: { latency, confidence } }) => {
    return { job: name, type, phase, figures: percentilesOf(latency, confidence) };
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

/** @param confidence `undefined`: of a file that is older than confidence in phases */
function percentilesOf(times: Latency, confidence: ResultJob['confidence'] | undefined): JobFigures['figures'] {
  const figureOf = (name: 'p50' | 'p90' | 'p99', percent: number): Estimate | undefined => {
    const value = times.percentiles_seconds[name];
    if (value === null || times.count < samplesNeeded(percent)) return undefined;
    const { low_seconds: low, high_seconds: high } = confidence?.percentiles[name] ?? {};
    return { value, low: low ?? undefined, high: high ?? undefined };
  };
  return { p50: figureOf('p50', 50), p90: figureOf('p90', 90), p99: figureOf('p99', 99) };
}
