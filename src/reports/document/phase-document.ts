import {
  errorsOf,
  type JobSnapshot,
  requestsOf,
  subtractDistribution,
  type Distribution,
  percentileOf,
} from '../../recorder/snapshot.ts';
import type { JobTimeline, PhaseIntervals } from '../../analysis/job-timeline.ts';
import { confidenceDocument } from './timeline-document.ts';
import { latencyDocument } from './job-document.ts';
import { formatMs } from '../../shared/units.ts';
import { estimateDifference } from '../../comparison/difference.ts';
import type { Estimate } from '../../analysis/estimate.ts';
import { type PercentileInterval, percentileInterval } from '../../analysis/percentile-interval.ts';
import { percentileKey } from '../phrases/percentiles.ts';

const COMPARED = [50, 90, 95, 99, 99.9] as const;

/**
 * Builds the requests of a job during each phase of the system under test and outside of it. Latencies are response
 * times of paced jobs, service times of others.
 */
export function phaseDocuments({ measured, phases }: JobSnapshot, course: JobTimeline | undefined) {
  return phases.map(({ name, inside }) => {
    const whole = measured.response ?? measured.service;
    const within = inside.response ?? inside.service;
    const without = subtractDistribution(whole, within);
    const intervals = course?.phases[name];
    const requests = requestsOf(inside);
    const errors = errorsOf(inside);
    return {
      name,
      inside: {
        requests,
        errors,
        latency: latencyDocument(within),
        confidence: confidenceDocument(intervals?.inside ?? []),
      },
      outside: {
        requests: requestsOf(measured) - requests,
        errors: errorsOf(measured) - errors,
        latency: latencyDocument(without),
        confidence: confidenceDocument(intervals?.outside ?? []),
      },
      difference: Object.fromEntries(
        COMPARED.map((percent) => [percentileKey(percent), phaseDifference(within, without, percent, intervals)]),
      ),
    };
  });
}

/**
 * Difference of a percentile inside and outside a phase, in seconds; `low` and `high` are its 95 % interval where
 * known.
 */
export interface PhaseDifference {
  readonly seconds: number | null;
  readonly low_seconds: number | null;
  readonly high_seconds: number | null;
  /** Whether the interval excludes 0. */
  readonly is_more_than_noise: boolean;
}

/**
 * Compares a percentile inside and outside a phase.
 * @param intervals measured from the run's parts; an unknown end is computed as for independent durations
 * @returns `null` if one side lacks the percentile
 */
export function phaseDifference(
  inside: Distribution,
  outside: Distribution,
  percent: number,
  intervals: PhaseIntervals | undefined,
): PhaseDifference | null {
  const before = estimateOf(outside, percent, intervals?.outside);
  const after = estimateOf(inside, percent, intervals?.inside);
  if (before === undefined || after === undefined) return null;
  const { value = null, low = null, high = null } = estimateDifference([before], [after]) ?? {};
  return {
    seconds: value,
    low_seconds: low,
    high_seconds: high,
    is_more_than_noise: (low !== null && low > 0) || (high !== null && high < 0),
  };
}

/** Formats the difference: `+80.1ms`; `noise` if it is not significant; `-` for too few requests. */
export function formatDifference(difference: PhaseDifference | null): string {
  if (difference === null || difference.seconds === null) return '-';
  const { seconds, low_seconds: low, high_seconds: high, is_more_than_noise: isNotable } = difference;
  if (isNotable) return formatSigned(seconds);
  return low === null || high === null ? '-' : 'noise';
}

/** Formats a duration with its sign: `+80.1ms`, `−1.20s`. */
export function formatSigned(seconds: number): string {
  return `${seconds < 0 ? '−' : '+'}${formatMs(Math.abs(seconds) * 1000)}`;
}

function estimateOf(
  distribution: Distribution,
  percent: number,
  intervals: readonly PercentileInterval[] = [],
): Estimate | undefined {
  const value = percentileOf(distribution, percent);
  if (value === undefined) return undefined;
  const known = intervals.find((interval) => interval.percent === percent);
  const { low, high } = percentileInterval(distribution, percent, distribution.latency.total);
  return { value, low: known?.low ?? low, high: known?.high ?? high };
}
