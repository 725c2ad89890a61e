import { metricTitle, stepTitle } from '../phrases/notes.ts';
import { countsIterations } from '../../shared/job-type.ts';
import { formatMs } from '../../shared/units.ts';
import type { ResultDurations, ResultInterval, ResultJob } from '../document/result-document.ts';
import type { Durations, JobDurations } from './charts/distribution.ts';
import { type Content, markup, type Markup } from './markup.ts';
import { count, duration, percentile } from './quantity.ts';
import { numbers, table, words } from './table.ts';

type Name = keyof ResultDurations['percentiles_seconds'];

const PERCENTS: readonly (readonly [Name, number])[] = [
  ['p50', 50],
  ['p75', 75],
  ['p90', 90],
  ['p95', 95],
  ['p99', 99],
  ['p99_9', 99.9],
  ['p99_99', 99.99],
];

/** Renders mean, standard deviation, minimum, percentiles and maximum of each kind of time. */
export function latencyTable(job: ResultJob, { response, service, lag, trends }: JobDurations): Markup {
  const isRequest = !countsIterations(job);
  const what = isRequest ? 'a request' : 'an iteration';
  const pauses = isRequest ? '' : ', without think time';
  const shown: readonly (readonly [string, string, ResultDurations | null, Durations | undefined])[] = [
    ['response time', `from the intended start of ${what} to its completion${pauses}`, job.response_time, response],
    [
      'service time',
      isRequest ? 'from sending a request to its completion' : `from its start to its completion${pauses}`,
      job.service_time,
      service,
    ],
    [
      'schedule lag',
      `from the intended start of ${what} to ${isRequest ? 'sending it' : 'its start'}`,
      job.schedule_lag,
      lag,
    ],
  ];
  const rows = shown.flatMap(([name, meaning, times, durations]) =>
    times === null ? [] : [rowOf(name, meaning, times, durations)],
  );
  const interval = intervalRow(job);
  // Directly below the latencies that it belongs to.
  if (interval !== undefined) rows.splice(1, 0, interval);
  for (const [name, { times, durations }] of Object.entries(trends)) {
    rows.push(rowOf(metricTitle(name), `values of the metric ${name}`, times, durations));
  }
  const columns = [
    words('latency'),
    ...numbers('mean', 'stddev', 'min', ...PERCENTS.map(([, percent]) => `p${percent}`), 'max', 'samples'),
  ];
  return table(`Latencies of ${stepTitle(job)}`, columns, rows);
}

function rowOf(name: string, meaning: string, times: ResultDurations, durations: Durations | undefined): Content[] {
  return [
    markup`<span title="${meaning}">${name}</span>`,
    duration(times.mean_seconds),
    duration(durations?.deviation ?? null),
    duration(durations?.min ?? null),
    ...PERCENTS.map(([key, percent]) => percentile(times.percentiles_seconds[key], percent, times.count)),
    duration(times.max_seconds),
    count(times.count),
  ];
}

/** Renders the 95 % intervals of the percentiles above; `undefined` without any. */
function intervalRow(job: ResultJob): Content[] | undefined {
  const intervals = PERCENTS.map(([key]) => job.confidence.percentiles[key]);
  if (intervals.every((interval) => interval === undefined)) return undefined;
  const title = 'each percentile lies in its interval with 95 % confidence, corrected for correlated requests';
  return [
    markup`<small title="${title}">95 % confidence</small>`,
    undefined,
    undefined,
    undefined,
    ...intervals.map(intervalCell),
    undefined,
    undefined,
  ];
}

function intervalCell(interval: ResultInterval | undefined): Content {
  const { low_seconds: low = null, high_seconds: high = null } = interval ?? {};
  const shown = (seconds: number): string => formatMs(seconds * 1000);
  if (low === null && high === null) return undefined;
  if (low === null || high === null)
    return markup`<small>${low === null ? `< ${shown(high ?? 0)}` : `> ${shown(low)}`}</small>`;
  return markup`<small class="range">${shown(low)}&nbsp;– ${shown(high)}</small>`;
}
