import { groupBy } from '../../shared/group-by.ts';
import { formatCount, formatShare } from '../../shared/units.ts';
import type { ResultDocument, ResultJob } from '../document/result-document.ts';
import { type Content, markup, type Markup } from './markup.ts';
import { count, duration, percentile, quantity, rate } from './quantity.ts';
import { numbers, table, words } from './table.ts';
import { jobTitle } from '../phrases/notes.ts';

/** Renders a table of all jobs; `undefined` for a single job, whose section has the same numbers. */
export function overviewSection(document: ResultDocument, charts: Content): Markup | undefined {
  const { jobs } = document;
  if (jobs.length < 2) return undefined;
  const columns = [
    words('job'),
    words('type'),
    ...numbers('requests', 'rate', 'target', 'errors', 'error rate', 'p50', 'p90', 'p99', 'max'),
  ];
  const failed = failedJobs(document);
  const rows = jobs.map((job, index) => rowOf(job, index, jobs, failed.has(job)));
  return markup`<section id="jobs"><h2>Jobs <small>${formatCount(jobs.length)}</small></h2>
${table('Jobs', columns, rows)}
${jobs.some(({ response_time: response }) => response !== null) ? PACED : undefined}${charts}</section>
`;
}

/** Mark of a failed job, before its title. */
export const FAILED = markup`<span class="mark bad">✗</span><span class="unseen">failed: </span>`;

/** Jobs that failed, or of which a threshold failed. */
export function failedJobs({ jobs, thresholds }: ResultDocument): ReadonlySet<ResultJob> {
  const broken = groupBy(
    thresholds.filter(({ ok }) => !ok),
    ({ job_uuid: uuid }) => uuid,
  );
  return new Set(
    jobs.filter(
      ({ uuid, type, status }) =>
        status === 'failed' || broken.get(uuid)?.some(({ job_type: only }) => only === null || only === type) === true,
    ),
  );
}

const PACED = markup`<p class="note">Latencies are response times of paced jobs, service times of the others.</p>
`;

function rowOf(job: ResultJob, index: number, jobs: readonly ResultJob[], isFailed: boolean): Content[] {
  const times = job.response_time ?? job.service_time;
  const { p50, p90, p99 } = times.percentiles_seconds;
  return [
    markup`${isFailed ? FAILED : undefined}<a href="#job-${index + 1}">${jobTitle(job, jobs)}</a>`,
    job.type,
    count(job.requests),
    rate(job.rate),
    job.pace === null ? undefined : rate(job.pace),
    errorsOf(job.errors),
    job.errors > 0 ? quantity(job.errors / job.requests, (share) => formatShare(share, 1)) : undefined,
    percentile(p50, 50, times.count),
    percentile(p90, 90, times.count),
    percentile(p99, 99, times.count),
    duration(times.max_seconds),
  ];
}

function errorsOf(errors: number): Markup {
  return errors > 0 ? markup`<span class="bad">${count(errors)}</span>` : count(errors);
}
