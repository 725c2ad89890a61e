import { formatBeside, formatValue } from '../../verdicts/format-value.ts';
import type { ResultDocument } from '../result-document.ts';
import { type Content, markup, type Markup } from './markup.ts';
import { quantity } from './quantity.ts';
import { table, words } from './table.ts';

type ResultThreshold = ResultDocument['thresholds'][number];

/** What had to hold, and what was found; what did not hold stands first. */
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
    subjectOf(threshold, jobs),
    found(threshold),
  ];
}

/** What a threshold is about, as people call it; a mixed job has several types of requests. */
function subjectOf(
  { job, job_uuid: uuid, job_type: type, unit }: ResultThreshold,
  jobs: ResultDocument['jobs'],
): string {
  if (unit === 'number') return 'query';
  if (type === null || jobs.filter((one) => one.uuid === uuid).length < 2) return job ?? 'all jobs';
  return `${job ?? 'all jobs'} · ${type}`;
}

/** The value that was held against the limit, or why there is none. */
function found({ value, limit, unit, ok, reason }: ResultThreshold): Markup {
  if (ok) return quantity(value, (known) => formatValue(known, unit));
  if (value === null) return markup`<span class="bad">${reason ?? 'no data'}</span>`;
  return markup`<span class="bad">${quantity(value, (known) => formatBeside(known, limit, unit))}</span>`;
}
