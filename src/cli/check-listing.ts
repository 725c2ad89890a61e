import type { RunStatus, StatusDocument } from '../agent/status-document.ts';
import { sanitizeForTerminal } from '../shared/text.ts';
import { formatDuration } from '../shared/units.ts';
import { redactUrl } from '../shared/redact.ts';
import type { Threshold } from '../plan/threshold.ts';
import { type JobPlan, type Plan, sendsRequests } from '../plan/plan.ts';
import { thresholdSubject } from '../reports/document/threshold-document.ts';
import { describeWait } from '../reports/phrases/notes.ts';
import { formatWithLimit } from '../thresholds/threshold-result.ts';
import { alignColumns } from '../reports/terminal/text-width.ts';

type StandingDocument = RunStatus['thresholds'][number];

/** Gates, stop conditions and thresholds of a plan's jobs, a line each. */
export function listChecks({ jobs, thresholds }: Plan): string[] {
  return [...listUnder('gates', jobs.flatMap(gateRows)), ...listUnder('thresholds', thresholds.map(thresholdRow))];
}

function listUnder(title: string, rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0 ? [] : [title, ...alignColumns(rows.map((cells) => cells.map(sanitizeForTerminal)))];
}

function gateRows(job: JobPlan): string[][] {
  const { name, waitFor } = job;
  const wait =
    waitFor === undefined
      ? []
      : [
          [
            name,
            'waits for',
            waitFor.text,
            [forOf(waitFor.forMs), `${formatDuration(waitFor.timeoutMs)} at most`].filter(Boolean).join(', '),
          ],
        ];
  const guards = sendsRequests(job) ? job.abortWhen : [];
  return [...wait, ...guards.map(({ text, forMs }) => [name, 'is aborted when', text, forOf(forMs)])];
}

function forOf(forMs: number): string {
  return forMs === 0 ? '' : `for ${formatDuration(forMs)}`;
}

function thresholdRow(threshold: Threshold): string[] {
  const { kind, text } = threshold;
  if (kind === 'query') return ['query', text, `asked of ${redactUrl(threshold.url)}`];
  const { job, abortOnFail, delayMs } = threshold;
  const type = kind === 'recorded' && threshold.type !== undefined ? ` · ${threshold.type}` : '';
  const abort = abortOnFail ? `aborts the run${delayMs === 0 ? '' : `, after ${formatDuration(delayMs)}`}` : '';
  return [`${thresholdSubject({ kind, job: job === '' ? null : job })}${type}`, text, abort];
}

/** Waits that began since an earlier status, a line each. */
export function listNewWaits(before: StatusDocument | undefined, now: StatusDocument): string[] {
  return now.waits
    .filter(({ outcome }, index) => outcome === 'waiting' && before?.waits[index] === undefined)
    .map(describeWait);
}

/** Current waits and threshold results, a line each. */
export function listThresholdStatuses({ waits, thresholds }: Pick<RunStatus, 'waits' | 'thresholds'>): string[] {
  return [
    ...waits.filter(({ outcome }) => outcome === 'waiting').map(describeWait),
    ...listUnder('thresholds', thresholds.map(standingRow)),
  ];
}

function standingRow(standing: StandingDocument): string[] {
  const { decided, ok, threshold, value, limit, unit, reason } = standing;
  const found = value === null ? (reason ?? '') : formatWithLimit(value, limit, unit);
  const word = !decided ? 'not yet' : ok ? 'holds' : 'FAILS';
  return [
    word,
    thresholdSubject(standing),
    threshold,
    decided && !ok ? (reason ?? found) : value === null ? '' : found,
  ];
}
