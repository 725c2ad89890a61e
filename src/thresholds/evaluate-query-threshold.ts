import { isWithinLimit, type QueryThreshold } from '../plan/threshold.ts';
import { queryPrometheus } from '../shared/network/prometheus-api.ts';
import type { ThresholdResult } from './threshold-result.ts';

/** Evaluates a threshold on a server query: every returned series must satisfy it. Queries once. Never rejects. */
export async function evaluateQueryThreshold(threshold: QueryThreshold): Promise<ThresholdResult> {
  const { text, query, operator, limit } = threshold;
  const answer = await queryPrometheus(threshold, 'query', { query });
  const values = 'series' in answer ? answer.series.map(({ points }) => points.at(-1)?.[1] ?? NaN) : [];
  // Reports a failing series if there is one, else the first.
  const value = values.find((one) => !isWithinLimit(one, threshold)) ?? values[0];
  const ok = value !== undefined && isWithinLimit(value, threshold);
  const reason =
    'failure' in answer ? answer.failure : value === undefined ? 'the query returned no data' : `it is ${value}`;
  return {
    kind: 'query',
    job: '',
    uuid: '',
    type: undefined,
    jobType: '',
    text,
    metric: query,
    unit: 'number',
    operator,
    limit,
    // A result contains finite numbers only.
    value: Number.isFinite(value) ? value : undefined,
    ok,
    reason: ok ? undefined : reason,
  };
}
