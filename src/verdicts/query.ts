import { holds, type QueryThreshold } from '../core/threshold.ts';
import { askPrometheus } from './prometheus-api.ts';
import type { Verdict } from './verdict.ts';

/** Asks a server once and holds what it answers against the bound: every series of it. Never rejects. */
export async function judgeQuery(threshold: QueryThreshold): Promise<Verdict> {
  const { text, query, operator, limit } = threshold;
  const answer = await askPrometheus(threshold, 'query', { query });
  const values = 'series' in answer ? answer.series.map(({ points }) => points.at(-1)?.[1] ?? NaN) : [];
  // Of several series the one that fails speaks for all.
  const value = values.find((one) => !holds(one, threshold)) ?? values[0];
  const ok = value !== undefined && holds(value, threshold);
  const reason =
    'silence' in answer ? answer.silence : value === undefined ? 'the query gave no data' : `it is ${value}`;
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
    // What is no number has no place in a result.
    value: Number.isFinite(value) ? value : undefined,
    ok,
    reason: ok ? undefined : reason,
  };
}
