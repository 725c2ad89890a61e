import { addCounts, addStatuses } from '../shared/outcome.ts';
import { COUNTERS, mapCounters, detailCounts, errorCounts } from './counters.ts';
import type { Distribution, Exemplar, MetricValue, Tally } from './snapshot.ts';

/** Adds two tallies of the same job from two threads, agents or runs. Bounds must be equal. */
export function addTallies(a: Tally, b: Tally): Tally {
  return Object.freeze({
    ...mapCounters(COUNTERS, ({ key }) => a[key] + b[key]),
    errors: errorCounts((errorClass) => a.errors[errorClass] + b.errors[errorClass]),
    details: detailCounts((detail) => (a.details[detail] ?? 0) + (b.details[detail] ?? 0)),
    checks: addCounts(a.checks, b.checks),
    statuses: addStatuses(a.statuses, b.statuses),
    sizes: Object.freeze(a.sizes.map((count, bucket) => count + (b.sizes[bucket] ?? 0))),
    service: addDistributions(a.service, b.service),
    response: a.response && b.response ? addDistributions(a.response, b.response) : (a.response ?? b.response),
    lag: a.lag && b.lag ? addDistributions(a.lag, b.lag) : (a.lag ?? b.lag),
    metrics: Object.freeze(a.metrics.map((value, index) => addMetrics(value, b.metrics[index]))),
  });
}

/** @param b of the same metric; `undefined`: not recorded */
function addMetrics(a: MetricValue, b: MetricValue | undefined): MetricValue {
  if (a.durations === undefined) return { metric: a.metric, total: a.total + (b?.total ?? 0) };
  if (b?.durations === undefined) return a;
  return { metric: a.metric, durations: addDistributions(a.durations, b.durations) };
}

function addDistributions(a: Distribution, b: Distribution): Distribution {
  return Object.freeze({
    bounds: a.bounds,
    counts: Object.freeze(a.counts.map((count, index) => count + (b.counts[index] ?? 0))),
    sumSeconds: a.sumSeconds + b.sumSeconds,
    maxSeconds: Math.max(a.maxSeconds, b.maxSeconds),
    latency: a.latency.plus(b.latency),
    ...(a.exemplars && b.exemplars ? { exemplars: newerExemplars(a.exemplars, b.exemplars) } : {}),
  });
}

function newerExemplars(
  a: readonly (Exemplar | undefined)[],
  b: readonly (Exemplar | undefined)[],
): readonly (Exemplar | undefined)[] {
  return a.map((one, index) => {
    const other = b[index];
    return other !== undefined && (one === undefined || other.epochMs > one.epochMs) ? other : one;
  });
}
