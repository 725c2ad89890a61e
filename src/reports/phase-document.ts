import {
  type Distribution,
  errorsOf,
  type JobSnapshot,
  percentileOf,
  requestsOf,
  subtract,
} from '../recorder/snapshot.ts';
import { differenceOf } from '../verdicts/difference.ts';
import type { Estimate } from '../verdicts/estimate.ts';
import { percentileInterval } from '../verdicts/percentile-interval.ts';
import { latencyDocument } from './job-document.ts';

const COMPARED = [50, 90, 95, 99] as const;

/**
 * What a job met while the system under test was in each phase, and while it was not. Latencies are response times of paced
 * jobs, service times of the others.
 */
export function phaseDocuments({ measured, phases }: JobSnapshot) {
  return phases.map(({ name, inside }) => {
    const whole = measured.response ?? measured.service;
    const within = inside.response ?? inside.service;
    const without = subtract(whole, within);
    const requests = requestsOf(inside);
    const errors = errorsOf(inside);
    return {
      name,
      inside: { requests, errors, latency: latencyDocument(within) },
      outside: {
        requests: requestsOf(measured) - requests,
        errors: errorsOf(measured) - errors,
        latency: latencyDocument(without),
      },
      difference: Object.fromEntries(
        COMPARED.map((percent) => [`p${percent}`, differenceDocument(within, without, percent)]),
      ),
    };
  });
}

/** How much longer requests took inside: with 95 % confidence between `low` and `high`, where so many samples tell. */
function differenceDocument(inside: Distribution, outside: Distribution, percent: number) {
  const before = estimateOf(outside, percent);
  const after = estimateOf(inside, percent);
  if (before === undefined || after === undefined) return null;
  const { value = null, low = null, high = null } = differenceOf([before], [after]) ?? {};
  return {
    seconds: value,
    low_seconds: low,
    high_seconds: high,
    // Whether it is more than chance would make of durations that are independent of each other.
    is_more_than_noise: low !== null && high !== null && (low > 0 || high < 0),
  };
}

function estimateOf(distribution: Distribution, percent: number): Estimate | undefined {
  const value = percentileOf(distribution, percent);
  if (value === undefined) return undefined;
  const { low, high } = percentileInterval(distribution, percent, distribution.latency.total);
  return { value, low, high };
}
