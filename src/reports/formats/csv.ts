import { COUNT_TABLE } from '../../recorder/counters.ts';
import type { ResultDocument, ResultDurations, ResultJob } from '../document/result-document.ts';

/** Renders the result as CSV (RFC 4180): a header, then one row per job and request type. ResultDurations | null in seconds. */
export function renderCsv(document: ResultDocument): string {
  const rows = document.jobs.map((job) => rowOf(job, document));
  // Jobs differ in their additional metrics.
  const header = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [header, ...rows.map((row) => header.map((name) => row[name] ?? null))];
  return lines.map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

function rowOf(job: ResultJob, document: ResultDocument): Record<string, string | number | null> {
  return {
    workload: document.workload,
    run_id: document.run_id,
    agent: document.agent,
    target: document.target,
    started_at: document.started_at,
    job: job.name,
    job_uuid: job.uuid,
    job_type: job.type,
    status: job.status,
    connections: job.connections,
    elapsed_seconds: job.elapsed_seconds,
    pace: job.pace,
    rate: job.rate,
    ...countsOf(job),
    ...timesOf('service', job.service_time),
    ...timesOf('response', job.response_time),
    ...timesOf('lag', job.schedule_lag),
    step: job.step,
    thresholds_failed: document.thresholds.filter(({ ok, job_uuid: uuid }) => !ok && uuid === job.uuid).length,
    ...metricsOf(job),
  };
}

function countsOf(job: ResultJob): Record<string, string | number | null> {
  const columns = COUNT_TABLE.filter(({ csv }) => csv);
  return Object.fromEntries(
    columns.map((row) => [row.field, row.breakdown ? breakdownList(job[row.field]) : job[row.field]]),
  );
}

/** Columns of the additional metrics: the total of a counter, statistics of a trend and the number of its values. */
function metricsOf({ metrics }: ResultJob): Record<string, number | null> {
  return Object.assign(
    {},
    ...Object.entries(metrics).flatMap(([name, { total, durations }]) =>
      durations === null
        ? [{ [`metric_${name}`]: total }]
        : [{ [`metric_${name}_count`]: durations.count }, timesOf(`metric_${name}`, durations)],
    ),
  ) as Record<string, number | null>;
}

/** Formats counts by code or by name: `200=9990 404=10`; a name with other characters than a code is quoted. */
function breakdownList(counts: Readonly<Record<string, number>> | null): string | null {
  if (counts === null) return null;
  return Object.entries(counts)
    .map(([name, count]) => `${/^\w+$/.test(name) ? name : JSON.stringify(name)}=${count}`)
    .join(' ');
}

function timesOf(name: string, times: ResultDurations | null): Record<string, number | null> {
  const { p50 = null, p90 = null, p95 = null, p99 = null, p99_9: p999 = null } = times?.percentiles_seconds ?? {};
  return {
    [`${name}_mean`]: times?.mean_seconds ?? null,
    [`${name}_p50`]: p50,
    [`${name}_p90`]: p90,
    [`${name}_p95`]: p95,
    [`${name}_p99`]: p99,
    [`${name}_p99_9`]: p999,
    [`${name}_max`]: times?.max_seconds ?? null,
  };
}

function cell(value: string | number | null): string {
  const plain = value === null ? '' : String(value);
  const text = typeof value === 'string' && FORMULA.test(value) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Text that spreadsheets would evaluate as a formula; a leading apostrophe marks it as text. */
const FORMULA = /^[=+\-@\t\r]/;
