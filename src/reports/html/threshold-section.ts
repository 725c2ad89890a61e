import { formatWithLimit, formatValue } from '../../thresholds/threshold-result.ts';
import type { ResultDocument, ResultThreshold } from '../document/result-document.ts';
import { type Content, markup, type Markup } from './markup.ts';
import { thresholdSubject } from '../document/threshold-document.ts';
import { quantity } from './quantity.ts';
import { table, words } from './table.ts';

/** Renders the thresholds with their measured values, failed ones first. */
export function thresholdSection({ thresholds, jobs }: ResultDocument): Markup | undefined {
  if (thresholds.length === 0) return undefined;
  const failed = thresholds.filter(({ ok }) => !ok).length;
  const sorted = thresholds.toSorted((a, b) => Number(a.ok) - Number(b.ok));
  return markup`<section id="thresholds"><h2>Thresholds <small>${thresholds.length - failed} of ${thresholds.length} held</small></h2>
${table(
  'Thresholds',
  [words('threshold'), words('of'), words('found')],
  sorted.map((one) => rowOf(one, jobs)),
)}</section>
`;
}

function rowOf(threshold: ResultThreshold, jobs: ResultDocument['jobs']): Content[] {
  const { ok, threshold: text } = threshold;
  return [
    markup`<span class="mark ${ok ? 'good' : 'bad'}">${ok ? '✓' : '✗'}</span><span class="unseen">${ok ? 'held' : 'failed'}: </span><code>${text}</code>`,
    subjectWithType(threshold, jobs),
    found(threshold),
  ];
}

/** Subject of a threshold, with the request type if the job is mixed. */
function subjectWithType(threshold: ResultThreshold, jobs: ResultDocument['jobs']): string {
  const { kind, job_uuid: uuid, job_type: type, step } = threshold;
  const subject = thresholdSubject(threshold);
  if (step !== null) return `${subject} · ${step}`;
  const isOfAll = kind !== 'recorded' || type === null || jobs.filter((one) => one.uuid === uuid).length < 2;
  return isOfAll ? subject : `${subject} · ${type}`;
}

/** Measured value, or the reason why there is none. */
function found({ kind, value, limit, unit, ok, reason }: ResultThreshold): Markup {
  if (ok) return quantity(value, (known) => formatValue(known, unit));
  // The reason names the series.
  if (value === null || kind === 'source') return markup`<span class="bad">${reason ?? 'no data'}</span>`;
  return markup`<span class="bad">${quantity(value, (known) => formatWithLimit(known, limit, unit))}</span>`;
}
