import { NOTED_COUNTS, TRAFFIC_COUNTS } from '../../recorder/counters.ts';
import { formatBytes, formatCount, formatCountOf, formatMs, formatShare } from '../../shared/units.ts';
import type { ResultDocument, ResultJob } from '../document/result-document.ts';
import { jobTitle } from '../phrases/notes.ts';
import { latencyTable } from './latency-table.ts';
import { type Content, markup, type Markup } from './markup.ts';
import { phaseTable } from './phase-table.ts';
import { count, duration, percentile, quantity, rate } from './quantity.ts';
import { numbers, table, words } from './table.ts';

/** Renders one job: its numbers, errors, latencies and charts. */
export function jobSection(job: ResultJob, index: number, document: ResultDocument, charts: Content): Markup {
  const details = [
    job.type,
    ...(job.connections === null ? [] : [formatCountOf(job.connections, 'connection')]),
    formatMs(job.elapsed_seconds * 1000),
    ...(job.status === 'completed' ? [] : [STATUS[job.status] ?? job.status]),
  ];
  const nothing = job.started === 0 && job.skipped === 0;
  return markup`<section id="job-${index + 1}" class="job"><h2>${jobTitle(job, document.jobs)} <small>${details.join(' · ')}</small></h2>
${nothing ? markup`<p class="note">no requests</p>` : [tiles(job), errorTable(job, document), statusTable(job), latencyTable(job), phaseTable(job), charts]}</section>
`;
}

const STATUS: Readonly<Record<string, string>> = {
  pending: 'never started',
  warm_up: 'unfinished',
  in_progress: 'unfinished',
  canceled: 'stopped early',
};

function tiles(job: ResultJob): Markup {
  const times = job.response_time ?? job.service_time;
  const { p50, p99 } = times.percentiles_seconds;
  const kind = job.response_time === null ? 'service time' : 'response time';
  const shown: readonly (readonly [string, Markup, string])[] = [
    ['requests', count(job.requests), countNote(job)],
    ['rate', rate(job.rate), job.pace === null ? 'unpaced' : `target ${formatCount(job.pace)}/s`],
    ['errors', quantity(job.errors, formatCount), formatShare(job.errors, job.requests)],
    ['p50', percentile(p50, 50, times.count), kind],
    ['p99', percentile(p99, 99, times.count), kind],
    ['max', duration(times.max_seconds), kind],
  ];
  return markup`<dl class="tiles">${shown.map(
    ([name, value, note]) =>
      markup`<div class="${name === 'errors' && job.errors > 0 ? 'bad' : 'tile'}"><dt>${name}</dt><dd>${value}<small>${note}</small></dd></div>`,
  )}</dl>
`;
}

/** Describes requests that are neither successful nor failed, and the traffic. */
function countNote(job: ResultJob): string {
  const noted = NOTED_COUNTS.filter(({ field }) => job[field] > 0).map(
    ({ field, label, phrase = label }) => `${formatCount(job[field])} ${phrase}`,
  );
  const traffic = TRAFFIC_COUNTS.map(({ field, label }) => `${formatBytes(job[field])} ${label}`);
  return [...noted, ...traffic].join(' · ');
}

/** Renders one row per error class that occurred, with its first message. */
function errorTable(job: ResultJob, { failures }: ResultDocument): Markup | undefined {
  const classes = Object.entries(job.errors_by_class).filter(([, number]) => number > 0);
  if (classes.length === 0) return undefined;
  const details = Object.entries(job.errors_by_detail).map(([detail, number]) => [`└ ${detail}`, number] as const);
  const rows = [...classes.toSorted(([, a], [, b]) => b - a), ...details].map(([name, number]): Content[] => [
    markup`<code>${name}</code>`,
    count(number),
    formatShare(number, job.requests),
    failures.find((failure) => failure.job_uuid === job.uuid && failure.class === name)?.message,
  ]);
  const columns = [words('errors'), ...numbers('count', 'of requests'), words('first seen')];
  return table(`Errors of ${job.name}`, columns, rows);
}

/** Renders one row per status code that occurred, the most frequent first. */
function statusTable({ name, responses_by_status: counts }: ResultJob): Markup | undefined {
  const entries = Object.entries(counts ?? {}).toSorted(([, a], [, b]) => b - a);
  if (entries.length === 0) return undefined;
  const responses = entries.reduce((sum, [, number]) => sum + number, 0);
  const rows = entries.map(([code, number]): Content[] => [
    markup`<code>${code}</code>`,
    count(number),
    formatShare(number, responses),
  ]);
  return table(`Responses of ${name}`, [words('status code'), ...numbers('responses', 'share')], rows);
}
