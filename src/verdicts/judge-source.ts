import type { Measured } from '../core/measured.ts';
import { holds, type SourceThreshold } from '../core/threshold.ts';
import { formatBeside } from './format-value.ts';
import type { Verdict } from './verdict.ts';

type MeasuredSeries = Measured['values'][number];

/** Looks up what a threshold on sources is about. */
export type MeasureSource = (threshold: SourceThreshold) => Measured;

/** What a threshold makes of what was measured: every series must hold. Without any, or with some unknown, it fails. */
export function judgeSource(threshold: SourceThreshold, { values, shortage }: Measured): Verdict {
  const { job, uuids, jobType, text, metric, operator, limit } = threshold;
  const failed = values.filter(({ value }) => !holds(value, threshold));
  // Where some are not known, those that are say nothing but that it has failed.
  const isKnown = shortage === undefined || failed.length > 0;
  const spokesman = isKnown ? worstOf(failed.length > 0 ? failed : values, threshold) : undefined;
  const ok = isKnown && spokesman !== undefined && failed.length === 0;
  const found =
    spokesman === undefined ? (shortage ?? 'there was no such series') : describe(spokesman, failed.length, threshold);
  return {
    kind: 'source',
    job,
    uuid: job !== '' && uuids.length === 1 ? (uuids[0] ?? '') : '',
    type: undefined,
    jobType,
    text,
    metric,
    unit: 'number',
    operator,
    limit,
    // What is no number has no place in a result.
    value: Number.isFinite(spokesman?.value) ? spokesman?.value : undefined,
    ok,
    reason: ok ? undefined : found,
  };
}

/** The one that speaks for all: the farthest beyond the limit, or the nearest to it. */
function worstOf(values: readonly MeasuredSeries[], { operator, limit }: SourceThreshold): MeasuredSeries | undefined {
  const badness = ({ value }: MeasuredSeries): number => {
    if (operator === '==') return Math.abs(value - limit);
    return operator === '<' || operator === '<=' ? value : -value;
  };
  return values.toSorted((a, b) => badness(b) - badness(a))[0];
}

function describe({ series, value }: MeasuredSeries, failed: number, { limit }: SourceThreshold): string {
  const more = failed > 1 ? `, and ${failed - 1} more` : '';
  return `it is ${formatBeside(value, limit, 'number')} (${series}${more})`;
}
