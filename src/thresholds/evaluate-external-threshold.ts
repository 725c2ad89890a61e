import type { MeasuredValues } from '../conditions/condition.ts';
import { isWithinLimit, type SourceThreshold, type QueryThreshold } from '../plan/threshold.ts';
import { formatWithLimit, type ThresholdResult } from './threshold-result.ts';
import { queryPrometheus } from '../shared/network/prometheus-api.ts';

type MeasuredSeries = MeasuredValues['values'][number];

/** Looks up the series that a threshold on sources refers to. */
export type MeasureSource = (threshold: SourceThreshold) => MeasuredValues;

/** Evaluates a threshold on sources: every series must satisfy it. Fails without series, or if some are unknown. */
export function evaluateSourceThreshold(
  threshold: SourceThreshold,
  { values, shortage }: MeasuredValues,
): ThresholdResult {
  const { job, uuids, jobType, text, metric, operator, limit } = threshold;
  const failed = values.filter(({ value }) => !isWithinLimit(value, threshold));
  // If some series are unknown, the known ones can only prove a failure.
  const isKnown = shortage === undefined || failed.length > 0;
  const worst = isKnown ? findWorst(failed.length > 0 ? failed : values, threshold) : undefined;
  const ok = isKnown && worst !== undefined && failed.length === 0;
  const found = worst === undefined ? (shortage ?? 'no series matched') : describe(worst, failed.length, threshold);
  return {
    kind: 'source',
    job,
    uuid: job !== '' && uuids.length === 1 ? (uuids[0] ?? '') : '',
    type: undefined,
    step: undefined,
    jobType,
    text,
    metric,
    unit: 'number',
    operator,
    limit,
    // A result contains finite numbers only.
    value: Number.isFinite(worst?.value) ? worst?.value : undefined,
    ok,
    reason: ok ? undefined : found,
  };
}

/** Returns the series farthest beyond the limit, or nearest to it. */
function findWorst(
  values: readonly MeasuredSeries[],
  { operator, limit }: SourceThreshold,
): MeasuredSeries | undefined {
  const badness = ({ value }: MeasuredSeries): number => {
    if (operator === '==') return Math.abs(value - limit);
    return operator === '<' || operator === '<=' ? value : -value;
  };
  return values.toSorted((a, b) => badness(b) - badness(a))[0];
}

function describe({ series, value }: MeasuredSeries, failed: number, { limit }: SourceThreshold): string {
  const more = failed > 1 ? `, and ${failed - 1} more` : '';
  return `it is ${formatWithLimit(value, limit, 'number')} (${series}${more})`;
}

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
    step: undefined,
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
