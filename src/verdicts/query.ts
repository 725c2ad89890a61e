import { holds, type QueryThreshold } from '../core/threshold.ts';
import { askPrometheus } from './prometheus-api.ts';
import type { Verdict } from './verdict.ts';

/** Evaluates a threshold on a server query: every returned series must satisfy it. Queries once. Never rejects. */
export async function judgeQuery(threshold: QueryThreshold): Promise<Verdict> {
  const { text, query, operator, limit } = threshold;
  const answer = await askPrometheus(threshold, 'query', { query });
  const values = 'series' in answer ? answer.series.map(({ points }) => points.at(-1)?.[1] ?? NaN) : [];
  // Reports a failing series if there is one, else the first.
  const value = values.find((one) => !holds(one, threshold)) ?? values[0];
  const ok = value !== undefined && holds(value, threshold);
  const reason =
    'silence' in answer ? answer.silence : value === undefined ? 'the query returned no data' : `it is ${value}`;
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
