import { NOTED_COUNTS, TRAFFIC_COUNTS } from '../../recorder/counters.ts';
import { iterationParts, nounOf } from '../../shared/job-parts.ts';
import { countsIterations } from '../../shared/job-type.ts';
import { formatBytes, formatCount, formatCountOf, formatMs, formatShare } from '../../shared/units.ts';
import type { ResultDocument, ResultJob } from '../document/result-document.ts';
import { metricTitle, jobTitle, MOST_DETAILED_JOBS, stepTitle } from '../phrases/notes.ts';
import type { WorkInSteps } from '../work-in-steps.ts';
import { decodeJob } from './charts/distribution.ts';
import { jobCharts } from './charts/job-charts.ts';
import type { PageCharts } from './charts/page-charts.ts';
import { FAILED, failedJobs } from './overview-section.ts';
import { latencyTable } from './latency-table.ts';
import { type Content, markup, type Markup } from './markup.ts';
import { phaseTable } from './phase-table.ts';
import { count, duration, percentile, quantity, rate } from './quantity.ts';
import { numbers, table, words } from './table.ts';

/**
 * Renders one section per job, each in a step: its numbers, errors, latencies and charts. Above five jobs the sections fold; the first
 * failed ones are open.
 */
export function* jobSections(document: ResultDocument, page: PageCharts): WorkInSteps<Markup[]> {
  const { jobs } = document;
  const isFolding = jobs.length > MOST_DETAILED_JOBS;
  const failed = failedJobs(document);
  const open = new Set([...failed].slice(0, MOST_DETAILED_JOBS));
  const sections: Markup[] = [];
  for (const [index, job] of jobs.entries()) {
    const title = markup`<h2>${failed.has(job) ? FAILED : undefined}${jobTitle(job, jobs)} <small>${detailsOf(job)}</small></h2>`;
    const id = `job-${index + 1}`;
    const content = jobContent(job, index, document, page);
    sections.push(
      isFolding
        ? // A link to an element inside opens the job, also without a script.
          markup`<details class="job"${open.has(job) ? OPEN : undefined}><summary>${title}</summary>
<section id="${id}">
${content}</section></details>
`
        : markup`<section id="${id}" class="job">${title}
${content}</section>
`,
    );
    yield;
  }
  return sections;
}

const OPEN = markup` open`;

function detailsOf({ type, connections, elapsed_seconds: seconds, status }: ResultJob): string {
  const details = [
    type,
    ...(connections === null ? [] : [formatCountOf(connections, 'connection')]),
    formatMs(seconds * 1000),
    ...(status === 'completed' ? [] : [STATUS[status] ?? status]),
  ];
  return details.join(' · ');
}

function jobContent(job: ResultJob, index: number, document: ResultDocument, page: PageCharts): Content {
  if (job.started === 0 && job.skipped === 0) return markup`<p class="note">no ${nounOf(job)}s</p>`;
  const durations = decodeJob(job);
  const charts = jobCharts(document, index, durations, page);
  return [
    tiles(job, document),
    errorTable(job, document),
    checkTable(job),
    statusTable(job),
    latencyTable(job, durations),
    counterTable(job),
    phaseTable(job),
    charts,
  ];
}

const STATUS: Readonly<Record<string, string>> = {
  pending: 'never started',
  warm_up: 'unfinished',
  in_progress: 'unfinished',
  canceled: 'stopped early',
};

function tiles(job: ResultJob, { jobs }: ResultDocument): Markup {
  const isStep = iterationParts(jobs).some((part) => part.uuid === job.uuid && part !== job);
  const unpaced = isStep ? 'as its iterations' : 'unpaced';
  const times = job.response_time ?? job.service_time;
  const { p50, p99 } = times.percentiles_seconds;
  const kind = job.response_time === null ? 'service time' : 'response time';
  const shown: readonly (readonly [string, Markup, string])[] = [
    [`${nounOf(job)}s`, count(job.requests), countNote(job)],
    ['rate', rate(job.rate), job.pace === null ? unpaced : `target ${formatCount(job.pace)}/s`],
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
  const traffic = (countsIterations(job) ? [] : TRAFFIC_COUNTS).map(
    ({ field, label }) => `${formatBytes(job[field])} ${label}`,
  );
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
  const columns = [words('errors'), ...numbers('count', `of ${nounOf(job)}s`), words('first seen')];
  return table(`Errors of ${stepTitle(job)}`, columns, rows);
}

/** Renders one row per check that failed, the most frequent first. */
function checkTable(job: ResultJob): Markup | undefined {
  const entries = Object.entries(job.failed_checks).toSorted(([, a], [, b]) => b - a);
  if (entries.length === 0) return undefined;
  const rows = entries.map(([name, number]): Content[] => [name, count(number), formatShare(number, job.requests)]);
  return table(`Failed checks of ${stepTitle(job)}`, [words('check'), ...numbers('failed', 'of requests')], rows);
}

/** Renders one row per additional counter. */
function counterTable(job: ResultJob): Markup | undefined {
  const rows = Object.entries(job.metrics).flatMap(([name, metric]): Content[][] =>
    metric.total === null ? [] : [[metricTitle(name), count(metric.total), rate(metric.rate)]],
  );
  if (rows.length === 0) return undefined;
  return table(`Counters of ${stepTitle(job)}`, [words('counter'), ...numbers('total', 'rate')], rows);
}

/** Renders one row per status code that occurred, the most frequent first. */
function statusTable(job: ResultJob): Markup | undefined {
  const entries = Object.entries(job.responses_by_status ?? {}).toSorted(([, a], [, b]) => b - a);
  if (entries.length === 0) return undefined;
  const responses = entries.reduce((sum, [, number]) => sum + number, 0);
  const rows = entries.map(([code, number]): Content[] => [
    markup`<code>${code}</code>`,
    count(number),
    formatShare(number, responses),
  ]);
  return table(`Responses of ${stepTitle(job)}`, [words('status code'), ...numbers('responses', 'share')], rows);
}
