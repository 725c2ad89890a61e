import { findingSubject } from '../../validity/finding.ts';
import { jobTitle, statusPhrase, describeWait, reportableWaits, describeFindingTimes } from '../phrases/notes.ts';
import { formatCount, formatMs, formatRate, formatShare } from '../../shared/units.ts';
import { formatValue } from '../../thresholds/threshold-result.ts';
import { minimumSamples } from '../../analysis/percentile-interval.ts';
import { webLinks } from '../phrases/dashboard-link.ts';
import { documentedPercentileMs } from '../phrases/percentiles.ts';
import { describeInterruption, endPhrase } from '../phrases/outcome.ts';
import { describeFloor } from '../document/environment-document.ts';
import { escapeCode, escapeMarkdown, renderTable } from './markdown-table.ts';
import type { ResultDocument, ResultJob, ResultThreshold, ResultPhase } from '../document/result-document.ts';
import { thresholdSubject } from '../document/threshold-document.ts';
import { formatDifference } from '../document/phase-document.ts';

/** Renders the result as Markdown: thresholds, jobs, phases, then warnings. */
export function renderMarkdown(document: ResultDocument): string {
  const { workload, target, end, elapsed_seconds: seconds, reason, run_id: runId, agent, seed } = document;
  const failed = document.thresholds.filter(({ ok }) => !ok).length;
  const interruption = describeInterruption(document);
  const mark =
    failed > 0 || !document.validity.valid || end === 'failed' || end === 'aborted'
      ? '❌'
      : end === 'completed' && interruption === undefined
        ? '✅'
        : '⚠️';
  const blocks = [
    `## ${mark} ${escapeMarkdown(workload)} on ${escapeMarkdown(target)}: ${endPhrase(end, seconds * 1000)}`,
    ...(interruption === undefined ? [] : [`**${escapeMarkdown(interruption)}**`]),
    ...(reason === null ? [] : [escapeMarkdown(reason)]),
    ...validityBlocks(document),
    ...(document.thresholds.length === 0 ? [] : [thresholdTable(document.thresholds, failed)]),
    jobTable(document.jobs),
    ...metricBlocks(document.jobs),
    ...reportableWaits(document.waits).map((wait) => escapeMarkdown(describeWait(wait))),
    ...phaseBlocks(document.jobs),
    ...warningBlocks(document),
    ...webLinks(document.links).map(({ title, url }) => `[${escapeMarkdown(title)}](${linkTarget(url)})`),
    `agent ${escapeMarkdown(agent)} · seed ${seed} · run ${escapeMarkdown(runId)} · ${escapeMarkdown(document.started_at)}${floorOf(document)}`,
  ];
  return `${blocks.join('\n\n')}\n`;
}

function floorOf({ floor }: ResultDocument): string {
  return floor === null ? '' : ` · floor ${describeFloor(floor)}`;
}

/** Escapes characters that would end a Markdown link target. */
function linkTarget(url: string): string {
  return url.replace(/[()<>\s\\]/g, (letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

function thresholdTable(thresholds: readonly ResultThreshold[], failed: number): string {
  const held = failed === 0 ? 'held' : `held, ${failed} did not`;
  // Failed thresholds first.
  const sorted = thresholds.toSorted((a, b) => Number(a.ok) - Number(b.ok));
  const rows = sorted.map((one) => [
    one.ok ? '✅' : '❌',
    escapeMarkdown(thresholdSubject(one)),
    `\`${escapeCode(one.threshold)}\``,
    one.ok && one.value !== null ? formatValue(one.value, one.unit) : escapeMarkdown(one.reason ?? ''),
  ]);
  return `**Thresholds: ${thresholds.length - failed} of ${thresholds.length} ${held}**\n\n${renderTable(['', 'of', 'threshold', 'found'], rows)}`;
}

function jobTable(jobs: readonly ResultJob[]): string {
  const withStatuses = jobs.some((job) => statusPhrase(job.responses_by_status) !== undefined);
  const rows = jobs.map((job) => {
    const { service_time: service, response_time: response } = job;
    const times = response ?? service;
    const { p50, p90, p99 } = times.percentiles_seconds;
    const cellOf = (seconds: number | null, percent: number): string =>
      times.count < minimumSamples(percent) || seconds === null ? '-' : formatMs(seconds * 1000);
    return [
      escapeMarkdown(jobTitle(job, jobs)),
      `${job.type}${response === null ? '' : ' (paced)'}`,
      formatCount(job.requests),
      formatCount(job.errors),
      formatShare(job.errors, job.requests),
      formatRate(job.rate ?? NaN),
      cellOf(p50, 50),
      cellOf(p90, 90),
      cellOf(p99, 99),
      formatMs((times.max_seconds ?? NaN) * 1000),
      ...(withStatuses ? [statusPhrase(job.responses_by_status) ?? '-'] : []),
    ];
  });
  const head = ['job', 'type', 'requests', 'errors', '', 'rate', 'p50', 'p90', 'p99', 'max'];
  if (withStatuses) head.push('status codes');
  const note = jobs.some((job) => job.response_time !== null)
    ? '\n\nLatencies are response times of paced jobs, service times of the others.'
    : '';
  return `${renderTable(head, rows, 2)}${note}`;
}

/** Builds the table of the additional metrics; empty without any. */
function metricBlocks(jobs: readonly ResultJob[]): string[] {
  const rows = jobs.flatMap((job) =>
    Object.entries(job.metrics).map(([name, { total, rate, durations }]) => {
      const cellOf = (percent: number): string => {
        if (durations === null || durations.count < minimumSamples(percent)) return '-';
        return formatMs(documentedPercentileMs(durations, percent));
      };
      return [
        escapeMarkdown(jobTitle(job, jobs)),
        `\`${escapeCode(name)}\``,
        formatCount(total ?? durations?.count ?? 0),
        rate === null ? '-' : formatRate(rate),
        cellOf(50),
        cellOf(90),
        cellOf(99),
        formatMs((durations?.max_seconds ?? NaN) * 1000),
      ];
    }),
  );
  if (rows.length === 0) return [];
  return [renderTable(['job', 'metric', 'count', 'rate', 'p50', 'p90', 'p99', 'max'], rows, 2)];
}

function validityBlocks({ validity }: ResultDocument): string[] {
  const invalid = validity.findings.filter(({ severity }) => severity === 'invalid');
  if (invalid.length === 0) return [];
  const items = invalid.map((finding) => {
    const {
      agent,
      job,
      message,
      hint,
      first_seen_seconds: first,
      lasted_seconds: lasted,
      worst_at_seconds: worst,
    } = finding;
    const subject = findingSubject(agent, job);
    const named = subject === '' ? '' : `**${escapeMarkdown(subject)}**: `;
    return `- ${named}${escapeMarkdown(message)}; ${describeFindingTimes(first, lasted, worst)}; ${escapeMarkdown(hint)}`;
  });
  return ['**INVALID: these numbers are not to be trusted**', items.join('\n')];
}

function warningBlocks({ warnings }: ResultDocument): string[] {
  if (warnings.length === 0) return [];
  const items = warnings.map(
    ({ subject, message, hint }) =>
      `- **${escapeMarkdown(subject)}**: ${escapeMarkdown(message)}; ${escapeMarkdown(hint)}`,
  );
  return [items.join('\n')];
}

/**
 * Builds the table of jobs during phases of the system under test, compared with all other times; empty without
 * requests in phases.
 */
export function phaseBlocks(jobs: readonly ResultJob[]): string[] {
  const rows = jobs.flatMap((job) =>
    job.phases.filter(({ inside }) => inside.requests > 0).map((one) => row(job, jobs, one)),
  );
  if (rows.length === 0) return [];
  const head = [
    'job',
    'while in',
    'requests',
    'errors',
    'p50',
    'otherwise',
    'difference',
    'p99',
    'otherwise',
    'difference',
  ];
  const note = 'A difference is `noise` where chance would make as much.';
  return [`**Phases of the system under test**\n\n${renderTable(head, rows, 2)}\n\n${note}`];
}

function row(job: ResultJob, jobs: readonly ResultJob[], phase: ResultPhase): string[] {
  const { name, inside } = phase;
  return [
    escapeMarkdown(jobTitle(job, jobs)),
    escapeMarkdown(name),
    formatCount(inside.requests),
    formatShare(inside.errors, inside.requests),
    ...comparison(phase, 'p50', 50),
    ...comparison(phase, 'p99', 99),
  ];
}

function comparison({ inside, outside, difference }: ResultPhase, name: 'p50' | 'p99', percent: number): string[] {
  const cells = [inside, outside].map(({ latency: { count, percentiles_seconds: percentiles } }) =>
    count < minimumSamples(percent) ? '-' : formatMs((percentiles[name] ?? NaN) * 1000),
  );
  return [...cells, cells.includes('-') ? '-' : formatDifference(difference[name] ?? null)];
}
