import { formatBeside, formatValue } from '../../verdicts/format-value.ts';
import type { ResultDocument } from '../result-document.ts';
import { markup, type Markup } from './markup.ts';
import { quantity } from './quantity.ts';
import { table, words } from './table.ts';

type ResultThreshold = ResultDocument['thresholds'][number];

/** What had to hold, and what was found; what did not hold stands first. */
export function thresholdSection({ thresholds }: ResultDocument): Markup | undefined {
  if (thresholds.length === 0) return undefined;
  const failed = thresholds.filter(({ ok }) => !ok).length;
  const sorted = thresholds.toSorted((a, b) => Number(a.ok) - Number(b.ok));
  return markup`<section id="thresholds"><h2>Thresholds <small>${thresholds.length - failed} of ${thresholds.length} held</small></h2>
${table('Thresholds', [words('threshold'), words('of'), words('found'), words('')], sorted.map(rowOf))}</section>
`;
}

function rowOf(threshold: ResultThreshold) {
  const { ok, threshold: text } = threshold;
  return [
    markup`<span class="mark ${ok ? 'good' : 'bad'}">${ok ? '✓' : '✗'}</span><span class="unseen">${ok ? 'held' : 'failed'}: </span><code>${text}</code>`,
    subjectOf(threshold),
    found(threshold),
    ok ? undefined : markup`<span class="bad">${threshold.reason ?? undefined}</span>`,
  ];
}

/** What a threshold is about, as people call it. */
function subjectOf({ job, job_type: type, unit }: ResultThreshold): string {
  if (unit === 'number') return 'query';
  return `${job ?? 'all jobs'}${type === null ? '' : ` · ${type}`}`;
}

function found({ value, limit, unit, ok }: ResultThreshold): Markup {
  return quantity(value, (known) => (ok ? formatValue(known, unit) : formatBeside(known, limit, unit)));
}
