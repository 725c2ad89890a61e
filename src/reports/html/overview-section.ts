import { formatShare } from '../../shared/units.ts';
import type { ResultDocument, ResultJob } from '../document/result-document.ts';
import { type Content, markup, type Markup } from './markup.ts';
import { count, duration, percentile, rate } from './quantity.ts';
import { numbers, table, words } from './table.ts';
import { jobTitle } from '../phrases/notes.ts';

/** Renders a table of all jobs; `undefined` for a single job, whose section has the same numbers. */
export function overviewSection({ jobs }: ResultDocument, charts: Content): Markup | undefined {
  if (jobs.length < 2) return undefined;
  const columns = [
    words('job'),
    words('type'),
    ...numbers('requests', 'rate', 'errors', '', 'p50', 'p90', 'p99', 'max'),
  ];
  const rows = jobs.map((job, index) => rowOf(job, index, jobs));
  return markup`<section id="jobs"><h2>Jobs</h2>
${table('Jobs', columns, rows)}
${jobs.some(({ response_time: response }) => response !== null) ? PACED : undefined}${charts}</section>
`;
}

const PACED = markup`<p class="note">Latencies are response times of paced jobs, service times of the others.</p>
`;

function rowOf(job: ResultJob, index: number, jobs: readonly ResultJob[]): Content[] {
  const times = job.response_time ?? job.service_time;
  const { p50, p90, p99 } = times.percentiles_seconds;
  return [
    markup`<a href="#job-${index + 1}">${jobTitle(job, jobs)}</a>`,
    job.type,
    count(job.requests),
    rate(job.rate),
    errorsOf(job.errors),
    job.errors > 0 ? formatShare(job.errors, job.requests) : undefined,
    percentile(p50, 50, times.count),
    percentile(p90, 90, times.count),
    percentile(p99, 99, times.count),
    duration(times.max_seconds),
  ];
}

function errorsOf(errors: number): Markup {
  return errors > 0 ? markup`<span class="bad">${count(errors)}</span>` : count(errors);
}
