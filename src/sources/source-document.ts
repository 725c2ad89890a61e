import { redactUrl } from '../shared/redact.ts';
import type { SourceOrigin } from '../plan/source-plan.ts';
import type { SourceResult } from './documents.ts';
import type { Source } from './source.ts';

/** @param startedMs start of the run on its clock */
export function toSourceDocument({ plan, record, history }: Source, startedMs: number): SourceResult {
  return {
    name: plan.name,
    url: placeOf(plan.origin),
    profile: plan.profile ?? null,
    interval_seconds: plan.intervalMs / 1000,
    calls: record.calls,
    failures: record.failures,
    bad_lines: record.badLines,
    series: history.series.map(({ series: { name, labels }, type, points }) => ({
      name,
      type: type ?? null,
      labels,
      points: points.map(({ atMs, value }) => [toSeconds(atMs - startedMs), Number.isFinite(value) ? value : null]),
    })),
  };
}

/** Rounded to milliseconds. */
function toSeconds(ms: number): number {
  return Math.round(ms) / 1000;
}

function placeOf(origin: SourceOrigin): string {
  if (origin.kind === 'http') return redactUrl(origin.url);
  return origin.kind === 'file' ? origin.path : (origin.words[0] ?? '');
}
